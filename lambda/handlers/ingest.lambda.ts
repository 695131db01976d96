import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { Logger } from '@aws-lambda-powertools/logger';
import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';
import { deployedSettings } from '../adapters/deployed-settings.ts';
import { documentClient } from '../adapters/dynamodb/client.ts';
import { DynamoDbLedger } from '../adapters/dynamodb/ledger.ts';
import { DynamoDbSubjects } from '../adapters/dynamodb/subjects.ts';
import { withCounts } from '../adapters/ingest-metrics.ts';
import { reported } from '../adapters/reported.ts';
import { S3LogObjects } from '../adapters/s3-log-objects.ts';
import { systemClock as clock, systemSleep as sleep } from '../adapters/system-time.ts';
import { readEnvironment } from '../contracts/environment.ts';
import { addIngested } from '../domain/metering/ingest-counts.ts';
import { createIngest, type SubscriptionEvent } from './ingest.ts';

const { LEDGER_TABLE: ledger, BUDGETS_TABLE: budgets } = readEnvironment('ingest', process.env);
const settings = deployedSettings(import.meta.url);
const client = documentClient();
const objects = new S3LogObjects();
const logger = new Logger({ serviceName: 'ingest' });
const ingest = createIngest({
  ledger: new DynamoDbLedger(client, { ledger, budgets }, settings, sleep),
  subjects: new DynamoDbSubjects(client, { budgets }, clock, sleep),
  linesOfObject: (bucket, key) => objects.lines(bucket, key),
  settings,
  clock,
});
const processor = new BatchProcessor(EventType.SQS, { logger });

export const handler = (event: SubscriptionEvent | SQSEvent, context: Context) =>
  withCounts(logger, async (ingested) => {
    if ('awslogs' in event)
      return addIngested(ingested, await ingest.subscription(event, context.awsRequestId));
    // The processor keeps a record's error to itself.
    const message = ({ body, messageId }: SQSRecord) =>
      reported(logger, `The message ${messageId} failed and will be delivered again.`, async () =>
        addIngested(ingested, await ingest.message(body, messageId)),
      );
    return processPartialResponse(event, message, processor, { context, throwOnFullBatchFailure: false });
  });
