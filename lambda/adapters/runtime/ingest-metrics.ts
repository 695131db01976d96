import type { Logger } from '@aws-lambda-powertools/logger';
import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { batchMetrics, ignoredMetrics, ingestMetrics } from '../../contracts/metrics.ts';
import { type Ingested, nothingIngested } from '../../domain/metering/ingest-counts.ts';
import { formatUsd } from '../../domain/money.ts';
import { reported } from './reported.ts';
import { systemClock } from './system-time.ts';

/** Where ingest says what it did. */
export interface IngestReport {
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Runs one batch and emits what became of the deliveries in it that succeeded: one log line, no call. */
export async function withCounts<T>(
  { logger, metrics }: IngestReport,
  work: (ingested: Ingested) => Promise<T>,
): Promise<T> {
  const ingested = nothingIngested();
  try {
    return await reported(logger, 'The batch failed and will be delivered again.', () => work(ingested));
  } finally {
    emitCounts(metrics, ingested);
    emitDelays(metrics, ingested);
    metrics.publishStoredMetrics();
    logger.info('Batch ingested.', { counts: ingested.counts });
  }
}

function emitCounts(metrics: Metrics, { counts, assumed, worstCase, spent, oldest }: Ingested): void {
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
  if (oldest === undefined) return;
  metrics.addMetric(batchMetrics.assumed, MetricUnit.Count, assumed);
  metrics.addMetric(batchMetrics.worstCaseUsd, MetricUnit.NoUnit, Number(formatUsd(worstCase)));
  metrics.addMetric(batchMetrics.postedUsd, MetricUnit.NoUnit, Number(formatUsd(spent)));
}

/** The chain as it was for the slowest of the batch: its parts may be of different lines, so they need not add up. */
function emitDelays(metrics: Metrics, { oldest, arrived, deliveryMs }: Ingested): void {
  const now = systemClock().getTime();
  const secondsSince = (date: Date) => Math.max(0, (now - date.getTime()) / 1000);
  if (oldest) metrics.addMetric(batchMetrics.lagSeconds, MetricUnit.Seconds, secondsSince(oldest));
  if (!arrived) return;
  metrics.addMetric(batchMetrics.deliverySeconds, MetricUnit.Seconds, deliveryMs / 1000);
  metrics.addMetric(batchMetrics.postingSeconds, MetricUnit.Seconds, secondsSince(arrived));
}
