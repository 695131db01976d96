import { MetricUnit } from '@aws-lambda-powertools/metrics';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { DynamoDbAuditLog } from '../adapters/dynamodb/audit-log.ts';
import { documentClient } from '../adapters/dynamodb/client.ts';
import { sortKeys } from '../adapters/dynamodb/keys.ts';
import { stateOfImage } from '../adapters/dynamodb/stream-image.ts';
import { FunctionLogger } from '../adapters/runtime/function-logger.ts';
import { functionMetrics } from '../adapters/runtime/function-metrics.ts';
import { readEnvironment } from '../contracts/environment.ts';
import { aboutSubject } from '../contracts/log-keys.ts';
import { controlMetrics } from '../contracts/metrics.ts';
import { recordChange } from '../use-cases/audit/record-change.ts';
import { inOrder, keysOf } from './stream-batch.ts';

const { AUDIT_TABLE, STAGE } = readEnvironment('audit', process.env);
const log = new DynamoDbAuditLog(documentClient(), AUDIT_TABLE);
const logger = new FunctionLogger('audit');
const metrics = functionMetrics(STAGE, 'audit');

export const handler = logger.handling((event: DynamoDBStreamEvent) =>
  inOrder(
    event.Records,
    async (record) => {
      const { pk, sk } = keysOf(record);
      // A state is never deleted; if someone does it by hand, there is no state to record.
      if (sk !== sortKeys.state || record.dynamodb?.NewImage === undefined) return;
      const { missing, older } = await recordChange(pk, stateOfImage(record.dynamodb.NewImage), log);
      if (missing === 0 && !older) return;
      metrics.addMetric(controlMetrics.auditGap, MetricUnit.Count, Math.max(1, missing));
      metrics.publishStoredMetrics();
      logger.error('The audit chain has a gap, or the state was restored from a backup.', {
        ...aboutSubject(pk),
        missing,
      });
    },
    (error, subject) =>
      logger.error('A change could not be audited; the stream delivers it again.', {
        error: error as Error,
        ...aboutSubject(subject),
      }),
  ),
);
