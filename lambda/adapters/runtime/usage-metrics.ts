import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { usageMetrics } from '../../contracts/metrics.ts';

/** Emits what became of a batch of usage events: one log line, no call. */
export function emitUsage(
  metrics: Metrics,
  counts: {
    readonly posted: number;
    readonly duplicates: number;
    readonly refused: Readonly<Record<string, number>>;
  },
): void {
  const refused = Object.values(counts.refused).reduce((sum, count) => sum + count, 0);
  const figures = { posted: counts.posted, duplicates: counts.duplicates, refused };
  for (const [key, name] of Object.entries(usageMetrics)) {
    const count = figures[key as keyof typeof usageMetrics];
    if (count > 0) metrics.addMetric(name, MetricUnit.Count, count);
  }
  if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
}
