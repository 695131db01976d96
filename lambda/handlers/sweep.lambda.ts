import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { FunctionLogger } from '../adapters/runtime/function-logger.ts';
import { functionMetrics } from '../adapters/runtime/function-metrics.ts';
import { readEnvironment } from '../contracts/environment.ts';
import { aboutSubject } from '../contracts/log-keys.ts';
import { controlMetrics } from '../contracts/metrics.ts';
import { sweep } from '../use-cases/deciding/sweep.ts';
import { evaluateDeps } from './evaluate-deps.ts';

const environment = readEnvironment('sweep', process.env);
const logger = new FunctionLogger('sweep');
const metrics = functionMetrics(environment.STAGE, 'sweep');
const deps = evaluateDeps(environment, import.meta.url);

export const handler = logger.handling(async (): Promise<void> => {
  const { failures, ...done } = await sweep(deps);
  if (failures.length > 0) {
    metrics.addMetric(controlMetrics.sweepFailures, MetricUnit.Count, failures.length);
    metrics.publishStoredMetrics();
  }
  for (const { subject, error } of failures) {
    logger.error('A subject could not be swept; the next sweep tries again.', {
      error: error as Error,
      ...aboutSubject(subject),
    });
  }
  if (failures.length + done.evaluated + done.acted > 0) logger.info('Swept.', { ...done });
});
