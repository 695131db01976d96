import type { Usage } from '../../../lambda/domain/metering/invocation.ts';
import { promptTokens } from '../../../lambda/domain/metering/tokens.ts';
import { type AwsResponse, errorAnswer, jsonAnswer } from './aws-error.ts';
import type { AwsRequest } from './aws-request.ts';
import { type Ask, permission, type RequiredPermission } from './permission.ts';

/** A call as AWS counts it. */
export interface CountedCall {
  readonly region: string;
  /** As the caller spelt it. */
  readonly modelId: string;
  /** ISO 8601 UTC. */
  readonly timestamp: string;
  readonly usage: Usage | undefined;
}

const namespace = 'AWS/Bedrock';
const dimension = 'ModelId';

/** What each metric counts of a call; undefined where the call has nothing of it, so that no metric comes of it. */
const metrics: Readonly<Record<string, (usage: Usage | undefined) => number | undefined>> = {
  Invocations: () => 1,
  InputTokenCount: (usage) => usage?.input,
  OutputTokenCount: (usage) => usage?.output,
  CacheReadInputTokenCount: (usage) => some(usage?.cacheRead),
  CacheWriteInputTokenCount: (usage) => some(usage && promptTokens(usage) - usage.input - usage.cacheRead),
  OutputImageCount: (usage) => usage?.images,
};
const some = (count: number | undefined) => (count === 0 ? undefined : count);

/** AWS keeps a metric's name so long after its last figure. */
const listedMs = 14 * 86_400_000;

interface Query {
  readonly Id: string;
  readonly MetricStat?: {
    readonly Metric: {
      readonly Namespace: string;
      readonly MetricName: string;
      readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[];
    };
    readonly Period: number;
    readonly Stat: string;
  };
}

/** @returns undefined for an operation that is not known. */
export const countersPermissions = ({ operation }: Ask): RequiredPermission[] | undefined =>
  operation === 'ListMetrics' || operation === 'GetMetricData'
    ? [permission(`cloudwatch:${operation}`, '*')]
    : undefined;

/** CloudWatch's part that reads Bedrock's metrics; nobody but AWS writes them. */
export function handleCountersRequest(
  { operation, region, body, protocol }: AwsRequest,
  calls: readonly CountedCall[],
  now: Date,
): AwsResponse {
  const here = calls.filter((call) => call.region === region);
  switch (operation) {
    case 'ListMetrics':
      return jsonAnswer({ Metrics: body['Namespace'] === namespace ? listed(here, now) : [] });
    case 'GetMetricData':
      return jsonAnswer({ MetricDataResults: results(here, body) });
    default:
      return errorAnswer(protocol, {
        code: 'UnknownOperationException',
        message: `CloudWatch's ${operation} is not imitated: add it to bedrock-counters.ts.`,
      });
  }
}

function listed(calls: readonly CountedCall[], now: Date) {
  const recent = calls.filter(({ timestamp }) => now.getTime() - Date.parse(timestamp) <= listedMs);
  const names = recent.flatMap(({ modelId, usage }) =>
    Object.entries(metrics).flatMap(([name, count]) =>
      count(usage) === undefined ? [] : [JSON.stringify([name, modelId])],
    ),
  );
  return [...new Set(names)].map((name) => {
    const [MetricName, Value] = JSON.parse(name) as [string, string];
    return { Namespace: namespace, MetricName, Dimensions: [{ Name: dimension, Value }] };
  });
}

function results(calls: readonly CountedCall[], body: AwsRequest['body']) {
  const [from, to] = [body['StartTime'], body['EndTime']].map((at) => Number(at) * 1000) as [number, number];
  const within = calls.filter(({ timestamp }) => Date.parse(timestamp) >= from && Date.parse(timestamp) < to);
  return (body['MetricDataQueries'] as readonly Query[]).map(({ Id, MetricStat }) => {
    if (MetricStat?.Stat !== 'Sum') throw new Error('Only sums of metrics are imitated.');
    const { Metric, Period } = MetricStat;
    const model = Metric.Dimensions?.find(({ Name }) => Name === dimension)?.Value;
    const sums = new Map<number, number>();
    for (const { modelId, timestamp, usage } of within) {
      const count = metrics[Metric.MetricName]?.(usage);
      if (Metric.Namespace !== namespace || modelId !== model || count === undefined) continue;
      const start = Math.floor(Date.parse(timestamp) / 1000 / Period) * Period;
      sums.set(start, (sums.get(start) ?? 0) + count);
    }
    return {
      ...{ Id, Label: Metric.MetricName, StatusCode: 'Complete' },
      Timestamps: [...sums.keys()],
      Values: [...sums.values()],
    };
  });
}
