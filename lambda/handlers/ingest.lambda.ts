import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { FunctionLogger } from '../adapters/runtime/function-logger.ts';
import { functionMetrics } from '../adapters/runtime/function-metrics.ts';
import { withCounts } from '../adapters/runtime/ingest-metrics.ts';
import { reported } from '../adapters/runtime/reported.ts';
import { readEnvironment } from '../contracts/environment.ts';
import { addIngested } from '../domain/metering/ingest-counts.ts';
import { createIngest, type SubscriptionEvent } from './ingest.ts';
import { ingestDeps } from './ingest-deps.ts';

const environment = readEnvironment('ingest', process.env);
const logger = new FunctionLogger('ingest');
const metrics = functionMetrics(environment.STAGE, 'ingest');
const ingest = createIngest(ingestDeps(environment, import.meta.url, logger));
const processor = new BatchProcessor(EventType.SQS, { logger });

export const handler = logger.handling((event: SubscriptionEvent | SQSEvent, context) =>
  withCounts({ logger, metrics }, async (ingested) => {
    if ('awslogs' in event)
      return addIngested(ingested, await ingest.subscription(event, context.awsRequestId));
    // The processor keeps a record's error to itself.
    const message = ({ body, messageId }: SQSRecord) =>
      reported(logger, `The message ${messageId} failed and will be delivered again.`, async () =>
        addIngested(ingested, await ingest.message(body, messageId)),
      );
    return processPartialResponse(event, message, processor, { context, throwOnFullBatchFailure: false });
  }),
);
