import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { S3AuditArchive } from '../adapters/audit/s3-audit-archive.ts';
import { DynamoDbAuditChains } from '../adapters/dynamodb/audit-chains.ts';
import { documentClient } from '../adapters/dynamodb/client.ts';
import { FunctionLogger } from '../adapters/runtime/function-logger.ts';
import { functionMetrics } from '../adapters/runtime/function-metrics.ts';
import { systemClock as clock, systemSleep as sleep } from '../adapters/runtime/system-time.ts';
import { readEnvironment } from '../contracts/environment.ts';
import { anchorMetrics } from '../contracts/metrics.ts';
import { anchorChains } from '../use-cases/audit/anchor-chains.ts';

const { STAGE: stage, AUDIT_TABLE, ARCHIVE_BUCKET } = readEnvironment('anchors', process.env);
const logger = new FunctionLogger('anchors');
const metrics = functionMetrics(stage, 'anchors');
const chains = new DynamoDbAuditChains(documentClient(), AUDIT_TABLE);
const archive = new S3AuditArchive(ARCHIVE_BUCKET);

export const handler = logger.handling(async (): Promise<void> => {
  const { broken, ...counts } = await anchorChains({ chains, archive, stage, clock, sleep });
  metrics.addMetric(anchorMetrics.runs, MetricUnit.Count, 1);
  metrics.addMetric(anchorMetrics.broken, MetricUnit.Count, broken.length);
  metrics.publishStoredMetrics();
  for (const reason of broken) logger.error('The audit trail was changed.', { reason });
  logger.info('The audit chains are anchored.', { counts });
});
