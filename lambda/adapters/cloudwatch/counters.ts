import {
  CloudWatchClient,
  GetMetricDataCommand,
  type Metric,
  type MetricDataQuery,
  paginateListMetrics,
} from '@aws-sdk/client-cloudwatch';
import type { Counted } from '../../domain/evidence/counted.ts';
import { type Counters, CountersUnreadableError } from '../../use-cases/ports/evidence.ts';

/** AWS's own namespace: `PutMetricData` refuses it to everybody else. */
const namespace = 'AWS/Bedrock';
const dimension = 'ModelId';
/** Under this name are sums of all models, and what Bedrock says of its deliveries. */
const allModels = 'Across all model IDs';
/** GetMetricData takes so many queries at once. */
const mostQueries = 500;
const hourSeconds = 3_600;

/** Names of the cache's metrics are not documented: whatever counts its tokens is taken. */
const measures: readonly (readonly [keyof Counted, RegExp])[] = [
  ['calls', /^Invocations$/],
  ['input', /^InputTokenCount$/],
  ['output', /^OutputTokenCount$/],
  ['images', /^OutputImageCount$/],
  ['cacheRead', /^CacheRead\w*Token\w*$/],
  ['cacheWrite', /^CacheWrite\w*Token\w*$/],
];

interface Series {
  readonly model: string;
  readonly measure: keyof Counted;
  readonly metric: Metric;
}

/** AWS's counters of Bedrock's calls, as CloudWatch has them. */
export class CloudWatchCounters implements Counters {
  readonly #clientOf: (region: string) => CloudWatchClient;

  constructor(clientOf = (region: string) => new CloudWatchClient({ region, maxAttempts: 6 })) {
    this.#clientOf = clientOf;
  }

  async sums(region: string, from: Date, to: Date): Promise<ReadonlyMap<string, Counted>> {
    const client = this.#clientOf(region);
    try {
      const series = await this.#series(client);
      const totals = new Map<string, Counted>();
      for (let start = 0; start < series.length; start += mostQueries) {
        const some = series.slice(start, start + mostQueries);
        const values = await this.#values(client, some, from, to);
        some.forEach(({ model, measure }, index) => {
          const before = totals.get(model) ?? { calls: 0, input: undefined, output: undefined };
          totals.set(model, { ...before, [measure]: (before[measure] ?? 0) + (values[index] ?? 0) });
        });
      }
      return totals;
    } catch (error) {
      throw new CountersUnreadableError(`AWS's counters of ${region} could not be read.`, { cause: error });
    }
  }

  /** Only what is counted by model and nothing else: other dimensions count the same calls again. */
  async #series(client: CloudWatchClient): Promise<Series[]> {
    const found: Series[] = [];
    const pages = paginateListMetrics(
      { client },
      { Namespace: namespace, Dimensions: [{ Name: dimension }] },
    );
    for await (const { Metrics = [] } of pages) {
      for (const metric of Metrics) {
        const [only, ...others] = metric.Dimensions ?? [];
        const measure = measures.find(([, name]) => name.test(metric.MetricName ?? ''))?.[0];
        if (measure === undefined || others.length > 0 || only?.Name !== dimension) continue;
        if (only.Value === undefined || only.Value === allModels) continue;
        found.push({ model: only.Value, measure, metric });
      }
    }
    return found;
  }

  /** One sum for each series, in their order. */
  async #values(
    client: CloudWatchClient,
    series: readonly Series[],
    from: Date,
    to: Date,
  ): Promise<number[]> {
    const Period = (to.getTime() - from.getTime()) / 1000 === hourSeconds ? hourSeconds : 60;
    const queries: MetricDataQuery[] = series.map(({ metric: Metric }, index) => ({
      Id: `m${index}`,
      MetricStat: { Metric, Period, Stat: 'Sum' },
    }));
    const sums = series.map(() => 0);
    let NextToken: string | undefined;
    do {
      const answer = await client.send(
        new GetMetricDataCommand({ MetricDataQueries: queries, StartTime: from, EndTime: to, NextToken }),
      );
      for (const { Id = '', Values = [], StatusCode } of answer.MetricDataResults ?? []) {
        if (StatusCode !== undefined && !['Complete', 'PartialData'].includes(StatusCode))
          throw new Error(`CloudWatch answered ${StatusCode} for ${Id}.`);
        const index = Number(Id.slice(1));
        sums[index] = (sums[index] ?? 0) + Values.reduce((sum, value) => sum + value, 0);
      }
      NextToken = answer.NextToken;
    } while (NextToken !== undefined);
    return sums;
  }
}
