import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { readStreamRange } from '../adapters/dynamodb/stream-range.ts';
import { callFunction } from '../adapters/lambda/call-function.ts';
import { FunctionLogger } from '../adapters/runtime/function-logger.ts';
import { givenUpSchema } from '../contracts/given-up.ts';
import { takeUp } from '../use-cases/recovery/take-up.ts';

const logger = new FunctionLogger('take-up');
const processor = new BatchProcessor(EventType.SQS, { logger });

export const handler = logger.handling((event: SQSEvent, context) => {
  const again = async ({ body }: SQSRecord) => {
    const givenUp = givenUpSchema.parse(JSON.parse(body));
    await takeUp(givenUp, { records: readStreamRange, call: callFunction });
    logger.info('What a function had given up on is done.', { function: givenUp.requestContext.functionArn });
  };
  return processPartialResponse(event, again, processor, { context, throwOnFullBatchFailure: false });
});
