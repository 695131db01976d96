import type { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { batchMetrics, ingestMetrics } from '../../lambda/contracts/metrics.ts';
import { countedBy } from '../shared/operations-alarm.ts';

/** Percent of the priced calls whose price rests on an assumption. */
export function assumedShare(stage: string, period: Duration): cloudwatch.MathExpression {
  const sum = (name: string) => countedBy(stage, 'ingest', name).with({ period });
  return new cloudwatch.MathExpression({
    label: 'at an assumed price, %',
    expression: 'IF(FILL(posted, 0) > 0, 100 * FILL(assumed, 0) / posted, 0)',
    usingMetrics: { posted: sum(ingestMetrics.posted), assumed: sum(batchMetrics.assumed) },
    period,
  });
}

/** Percent by which the spend would be higher, were all that was assumed the most expensive case; 0 below `fewestUsd`. */
export function worstCasePercent(
  stage: string,
  period: Duration,
  fewestUsd: number,
): cloudwatch.MathExpression {
  const sum = (name: string) => countedBy(stage, 'ingest', name).with({ period });
  return new cloudwatch.MathExpression({
    label: 'at worst more, %',
    expression: `IF(FILL(usd, 0) >= ${fewestUsd}, 100 * FILL(more, 0) / usd, 0)`,
    usingMetrics: { usd: sum(batchMetrics.postedUsd), more: sum(batchMetrics.worstCaseUsd) },
    period,
  });
}
