import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { Logger } from '@aws-lambda-powertools/logger';
import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';
import { reported } from '../adapters/reported.ts';
import { emitUsage } from '../adapters/usage-metrics.ts';
import { readEnvironment } from '../contracts/environment.ts';
import { countUsage, createUsageEvents, noUsage } from './usage-events.ts';
import { usageEventsDeps } from './usage-events-deps.ts';

const logger = new Logger({ serviceName: 'usage-events' });
const meter = createUsageEvents(
  usageEventsDeps(readEnvironment('usage-events', process.env), import.meta.url, logger),
);
const processor = new BatchProcessor(EventType.SQS, { logger });

export const handler = async (event: SQSEvent, context: Context) => {
  const counts = noUsage();
  const message = ({ body, messageId }: SQSRecord) =>
    reported(logger, `The message ${messageId} failed and will be delivered again.`, async () => {
      const outcome = await meter(body, messageId);
      countUsage(counts, outcome);
      if (outcome.kind === 'refused') {
        logger.warn('A usage event was refused.', { message: messageId, reason: outcome.reason });
      }
    });
  try {
    return await processPartialResponse(event, message, processor, {
      context,
      throwOnFullBatchFailure: false,
    });
  } finally {
    emitUsage(counts);
    logger.info('Usage events metered.', { counts });
  }
};
