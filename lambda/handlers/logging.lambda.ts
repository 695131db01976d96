import { Logger } from '@aws-lambda-powertools/logger';
import { AwsLogDestinations } from '../adapters/bedrock/log-destinations.ts';
import { BedrockLogging } from '../adapters/bedrock/logging.ts';
import { documentClient } from '../adapters/dynamodb/client.ts';
import { DynamoDbLoggingRecords } from '../adapters/dynamodb/logging-records.ts';
import { answerCloudFormation } from '../adapters/runtime/cloudformation-answer.ts';
import { systemSleep as sleep } from '../adapters/runtime/system-time.ts';
import { readEnvironment } from '../contracts/environment.ts';
import { createCustomResource } from './custom-resource.ts';
import { loggingActions } from './logging.ts';

const { BUDGETS_TABLE } = readEnvironment('logging', process.env);
const logger = new Logger({ serviceName: 'logging' });

export const handler = createCustomResource({
  actions: loggingActions({
    logging: new BedrockLogging(),
    records: new DynamoDbLoggingRecords(documentClient(), BUDGETS_TABLE),
    destinations: new AwsLogDestinations(),
    sleep,
  }),
  sleep,
  answer: (url, response) => answerCloudFormation(url, response, sleep),
  report: (what, error) =>
    error ? logger.error(what.sentence, { ...what, error }) : logger.info(what.sentence, what),
});
