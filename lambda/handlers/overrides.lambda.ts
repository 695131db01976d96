import { documentClient } from '../adapters/dynamodb/client.ts';
import { DynamoDbOverrideRecords } from '../adapters/dynamodb/override-records.ts';
import { DynamoDbSubjects } from '../adapters/dynamodb/subjects.ts';
import { deployedSettings } from '../adapters/runtime/deployed-settings.ts';
import { FunctionLogger } from '../adapters/runtime/function-logger.ts';
import { systemClock as clock, systemSleep as sleep } from '../adapters/runtime/system-time.ts';
import { readEnvironment } from '../contracts/environment.ts';
import { createOverrides } from './overrides.ts';

const { BUDGETS_TABLE: budgets, ALERTS_TABLE: alerts } = readEnvironment('overrides', process.env);
const client = documentClient();
const logger = new FunctionLogger('overrides');

export const handler = logger.handling(
  createOverrides(
    {
      subjects: new DynamoDbSubjects(client, { budgets, alerts }, clock, sleep),
      records: new DynamoDbOverrideRecords(client, budgets, clock),
      settings: deployedSettings(import.meta.url),
      clock,
    },
    (message, keys) => logger.info(message, { ...keys }),
  ),
);
