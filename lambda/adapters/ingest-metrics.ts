import type { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { ignoredMetrics, ingestMetrics, metricNamespace } from '../contracts/metrics.ts';
import { type IngestCounts, noCounts } from '../domain/metering/ingest-counts.ts';

const metrics = new Metrics({ namespace: metricNamespace, serviceName: 'ingest' });

/** Runs one batch and emits what became of its lines, also where the batch fails half-way: one log line, no call. */
export async function withCounts<T>(logger: Logger, work: (counts: IngestCounts) => Promise<T>): Promise<T> {
  const counts = noCounts();
  try {
    return await work(counts);
  } catch (error) {
    logger.error('The batch failed and will be delivered again.', error as Error);
    throw error;
  } finally {
    emit(counts);
    logger.info('Batch ingested.', { counts });
  }
}

function emit(counts: IngestCounts): void {
  const figures = [
    ...Object.entries(ingestMetrics).map(
      ([key, name]) => [name, counts[key as keyof typeof ingestMetrics]] as const,
    ),
    ...Object.entries(ignoredMetrics).map(
      ([key, name]) => [name, counts.ignored[key as keyof typeof ignoredMetrics]] as const,
    ),
  ];
  for (const [name, count] of figures) if (count > 0) metrics.addMetric(name, MetricUnit.Count, count);
  metrics.publishStoredMetrics();
}
