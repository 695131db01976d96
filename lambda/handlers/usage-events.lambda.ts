import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { FunctionLogger } from '../adapters/runtime/function-logger.ts';
import { functionMetrics } from '../adapters/runtime/function-metrics.ts';
import { reported } from '../adapters/runtime/reported.ts';
import { emitUsage } from '../adapters/runtime/usage-metrics.ts';
import { readEnvironment } from '../contracts/environment.ts';
import { countUsage, createUsageEvents, noUsageCounts } from './usage-events.ts';
import { usageEventsDeps } from './usage-events-deps.ts';

const environment = readEnvironment('usage-events', process.env);
const logger = new FunctionLogger('usage-events');
const metrics = functionMetrics(environment.STAGE, 'usage-events');
const meter = createUsageEvents(usageEventsDeps(environment, import.meta.url, logger));
const processor = new BatchProcessor(EventType.SQS, { logger });

export const handler = logger.handling(async (event: SQSEvent, context) => {
  const counts = noUsageCounts();
  const message = ({ body, messageId }: SQSRecord) =>
    reported(logger, `The message ${messageId} failed and will be delivered again.`, async () => {
      const outcome = await meter(body, messageId);
      countUsage(counts, outcome);
      if (outcome.kind === 'refused') {
        logger.warn('A usage event was refused.', { messageId, reason: outcome.reason });
      }
    });
  try {
    return await processPartialResponse(event, message, processor, {
      context,
      throwOnFullBatchFailure: false,
    });
  } finally {
    emitUsage(metrics, counts);
    logger.info('Usage events metered.', { counts });
  }
});
