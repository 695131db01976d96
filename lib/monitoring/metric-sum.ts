import type { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';

/** CloudWatch's limit of metrics behind one alarm. */
const mostMetrics = 10;

/** SwitchOutcome at synth where an alarm would watch more metrics than CloudWatch takes. */
export class TooManyMetricsError extends Error {
  override name = 'TooManyMetricsError';
}

/** Adds metrics up, those without data as 0. @throws TooManyMetricsError */
export function metricSum(
  label: string,
  period: Duration,
  metrics: readonly cloudwatch.IMetric[],
): cloudwatch.MathExpression {
  if (metrics.length > mostMetrics) {
    throw new TooManyMetricsError(
      `"${label}" adds up ${metrics.length} metrics, but an alarm takes ${mostMetrics}: split it in two.`,
    );
  }
  const usingMetrics = Object.fromEntries(metrics.map((metric, index) => [`m${index}`, metric]));
  const expression = Object.keys(usingMetrics)
    .map((id) => `FILL(${id}, 0)`)
    .join(' + ');
  return new cloudwatch.MathExpression({ expression, usingMetrics, period, label });
}
