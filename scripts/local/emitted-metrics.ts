import type { FunctionName } from '../../lambda/contracts/environment.ts';
import { metricDimensions, metricNamespace } from '../../lambda/contracts/metrics.ts';

/** Sums by metric name. */
export type MetricSums = Readonly<Record<string, number>>;

interface EmbeddedMetrics extends Readonly<Record<string, unknown>> {
  readonly _aws?: {
    readonly CloudWatchMetrics?: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string }[];
    }[];
  };
}

/**
 * Sums the CloudWatch embedded-metric lines of a function's output, as an alarm of its stage would find them: metrics of
 * other namespaces, or told apart by other dimensions than ours, are left out.
 */
export function emittedMetrics(output: string, stage: string): MetricSums {
  const sums: Record<string, number> = {};
  for (const line of output.split('\n')) {
    if (!line.includes('"CloudWatchMetrics"')) continue;
    const record = parse(line);
    if (record === undefined) continue;
    const names = (record._aws?.CloudWatchMetrics ?? [])
      .filter(({ Namespace }) => Namespace === metricNamespace)
      .filter(({ Dimensions }) => Dimensions.some((names) => isOurs(names, record, stage)))
      .flatMap(({ Metrics }) => Metrics.map(({ Name }) => Name));
    for (const name of new Set(names)) {
      const values = [record[name]].flat() as number[];
      sums[name] = (sums[name] ?? 0) + values.reduce((sum, value) => sum + value, 0);
    }
  }
  return sums;
}

/** CloudWatch finds a metric by all of its dimensions or not at all. */
function isOurs(names: readonly string[], record: EmbeddedMetrics, stage: string): boolean {
  const wanted = Object.entries(metricDimensions(stage, String(record['service']) as FunctionName));
  return (
    names.length === wanted.length &&
    wanted.every(([name, value]) => names.includes(name) && record[name] === value)
  );
}

export function addMetrics(left: MetricSums, right: MetricSums): MetricSums {
  const sums: Record<string, number> = { ...left };
  for (const [name, value] of Object.entries(right)) sums[name] = (sums[name] ?? 0) + value;
  return sums;
}

function parse(line: string): EmbeddedMetrics | undefined {
  try {
    return JSON.parse(line) as EmbeddedMetrics;
  } catch {
    return undefined;
  }
}
