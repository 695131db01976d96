import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { readEnvironment } from '../contracts/environment.ts';
import { controlMetrics, metricNamespace } from '../contracts/metrics.ts';
import { sweep } from '../use-cases/sweep.ts';
import { evaluateDeps } from './evaluate-deps.ts';

const logger = new Logger({ serviceName: 'sweep' });
const metrics = new Metrics({ namespace: metricNamespace, serviceName: 'sweep' });
const deps = evaluateDeps(readEnvironment('sweep', process.env), import.meta.url);

export const handler = async (): Promise<void> => {
  const outcome = await sweep(deps);
  if (outcome.failures.length > 0) {
    metrics.addMetric(controlMetrics.sweepFailures, MetricUnit.Count, outcome.failures.length);
    metrics.publishStoredMetrics();
    logger.error('Some subjects could not be swept; the next sweep tries again.', { outcome });
  } else if (outcome.looked + outcome.acted > 0) logger.info('Swept.', { outcome });
};
