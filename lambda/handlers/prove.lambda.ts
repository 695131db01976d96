import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { FunctionLogger } from '../adapters/runtime/function-logger.ts';
import { functionMetrics } from '../adapters/runtime/function-metrics.ts';
import { readEnvironment } from '../contracts/environment.ts';
import { aboutSubject } from '../contracts/log-keys.ts';
import { evidenceMetrics } from '../contracts/metrics.ts';
import { formatUsd } from '../domain/money.ts';
import { prove } from '../use-cases/evidence/prove.ts';
import { type RoomAsked, readRoom } from '../use-cases/evidence/read-room.ts';
import { proveDeps } from './prove-deps.ts';

const environment = readEnvironment('prove', process.env);
const logger = new FunctionLogger('prove');
const metrics = functionMetrics(environment.STAGE, 'prove');
const deps = proveDeps(environment, import.meta.url, logger);

/** Each minute; and for a pool that claims have brought to a rung. */
export const handler = logger.handling(async (event: Partial<RoomAsked>): Promise<void> => {
  const { pool, spent } = event;
  if (pool !== undefined && spent !== undefined) {
    const room = await readRoom({ pool, spent }, deps);
    logger.info("Read AWS's counters for a pool.", { ...aboutSubject(pool), room: formatUsd(room) });
    return;
  }
  const { proven, open, taken, corrected, told, failures } = await prove(deps);
  for (const { span, error } of failures)
    logger.error(`${span} could not be proven; the next run tries again.`, { error: error as Error });
  const counts = {
    ...{ proven: proven.length, open: open.length, disproved: taken.length, corrected },
    failures: failures.length + told.length,
  };
  for (const [name, metric] of Object.entries(evidenceMetrics))
    metrics.addMetric(metric, MetricUnit.Count, counts[name as keyof typeof evidenceMetrics]);
  metrics.publishStoredMetrics();
  if (proven.length + open.length > 0) logger.info('Held the ledger against what Bedrock wrote.', { counts });
});
