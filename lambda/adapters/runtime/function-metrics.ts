import { Metrics } from '@aws-lambda-powertools/metrics';
import type { FunctionName } from '../../contracts/environment.ts';
import { metricDimensions, metricNamespace } from '../../contracts/metrics.ts';

/** The metrics of one function of one stage: lines of its log that CloudWatch turns into metrics. */
export function functionMetrics(stage: string, fn: FunctionName): Metrics {
  const { service, ...defaultDimensions } = metricDimensions(stage, fn);
  return new Metrics({ namespace: metricNamespace, serviceName: service, defaultDimensions });
}
