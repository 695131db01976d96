/** Sums by metric name. */
export type MetricSums = Readonly<Record<string, number>>;

interface EmbeddedMetrics {
  readonly _aws?: {
    readonly CloudWatchMetrics?: readonly {
      readonly Namespace: string;
      readonly Metrics: readonly { readonly Name: string }[];
    }[];
  };
}

/**
 * Sums the CloudWatch embedded-metric lines of a function's output.
 * @param namespace metrics of others are left out
 */
export function emittedMetrics(output: string, namespace: string): MetricSums {
  const sums: Record<string, number> = {};
  for (const line of output.split('\n')) {
    if (!line.includes('"CloudWatchMetrics"')) continue;
    const record = parse(line);
    const names = (record?._aws?.CloudWatchMetrics ?? [])
      .filter(({ Namespace }) => Namespace === namespace)
      .flatMap(({ Metrics }) => Metrics.map(({ Name }) => Name));
    for (const name of new Set(names)) {
      const values = [(record as Readonly<Record<string, unknown>>)[name]].flat() as number[];
      sums[name] = (sums[name] ?? 0) + values.reduce((sum, value) => sum + value, 0);
    }
  }
  return sums;
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
