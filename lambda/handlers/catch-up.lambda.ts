import type { Context } from 'aws-lambda';
import { DynamoDbCatchUpJobs } from '../adapters/dynamodb/catch-up-jobs.ts';
import { documentClient } from '../adapters/dynamodb/client.ts';
import { DynamoDbPostedItems } from '../adapters/dynamodb/posted-items.ts';
import { DynamoDbSubjects } from '../adapters/dynamodb/subjects.ts';
import { deployedSettings } from '../adapters/runtime/deployed-settings.ts';
import { FunctionLogger } from '../adapters/runtime/function-logger.ts';
import { systemClock as clock, systemSleep as sleep } from '../adapters/runtime/system-time.ts';
import { readEnvironment } from '../contracts/environment.ts';
import { catchUpWindows } from '../use-cases/deciding/catch-up-windows.ts';

const { BUDGETS_TABLE: budgets, LEDGER_TABLE: ledger } = readEnvironment('catch-up', process.env);
const settings = deployedSettings(import.meta.url);
const client = documentClient();
const jobs = new DynamoDbCatchUpJobs(client, budgets);
const posted = new DynamoDbPostedItems(client, { ledger, budgets }, sleep);
const subjects = new DynamoDbSubjects(client, { budgets }, clock, sleep);
const logger = new FunctionLogger('catch-up');

export const handler = logger.handling(async (_event: unknown, context: Context): Promise<void> => {
  const [, , , , account = ''] = context.invokedFunctionArn.split(':');
  const remainingMs = () => context.getRemainingTimeInMillis();
  const holder = context.awsRequestId;
  const done = await catchUpWindows({
    ...{ jobs, posted, subjects, settings, account, clock, sleep, holder, remainingMs },
  });
  if (done.passes + done.stamped > 0)
    logger.info('Caught up on windows that were new to a budget.', { done });
});
