import type { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { batchMetrics, ignoredMetrics, ingestMetrics, metricNamespace } from '../contracts/metrics.ts';
import { type Ingested, nothingIngested } from '../domain/metering/ingest-counts.ts';
import { formatUsd } from '../domain/money.ts';
import { reported } from './reported.ts';
import { systemClock } from './system-time.ts';

const metrics = new Metrics({ namespace: metricNamespace, serviceName: 'ingest' });

/** Runs one batch and emits what became of the deliveries in it that succeeded: one log line, no call. */
export async function withCounts<T>(logger: Logger, work: (ingested: Ingested) => Promise<T>): Promise<T> {
  const ingested = nothingIngested();
  try {
    return await reported(logger, 'The batch failed and will be delivered again.', () => work(ingested));
  } finally {
    emit(ingested);
    logger.info('Batch ingested.', { counts: ingested.counts });
  }
}

function emit({ counts, spent, oldest }: Ingested): void {
  const figures = [
    ...Object.entries(ingestMetrics).map(
      ([key, name]) => [name, counts[key as keyof typeof ingestMetrics]] as const,
    ),
    ...Object.entries(ignoredMetrics).map(
      ([key, name]) => [name, counts.ignored[key as keyof typeof ignoredMetrics]] as const,
    ),
  ];
  for (const [name, count] of figures) if (count > 0) metrics.addMetric(name, MetricUnit.Count, count);
  const lines = figures.reduce((sum, [, count]) => sum + count, 0);
  metrics.addMetric(batchMetrics.lines, MetricUnit.Count, lines);
  if (oldest !== undefined) {
    const lag = systemClock().getTime() - oldest.getTime();
    metrics.addMetric(batchMetrics.postedUsd, MetricUnit.NoUnit, Number(formatUsd(spent)));
    metrics.addMetric(batchMetrics.lagSeconds, MetricUnit.Seconds, Math.max(0, lag / 1000));
  }
  metrics.publishStoredMetrics();
}
