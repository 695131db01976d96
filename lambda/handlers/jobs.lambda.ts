import { BedrockJobs } from '../adapters/bedrock/jobs.ts';
import { documentClient } from '../adapters/dynamodb/client.ts';
import { DynamoDbSubjects } from '../adapters/dynamodb/subjects.ts';
import { DynamoDbSubmittedJobs } from '../adapters/dynamodb/submitted-jobs.ts';
import { deployedSettings } from '../adapters/runtime/deployed-settings.ts';
import { FunctionLogger } from '../adapters/runtime/function-logger.ts';
import { systemClock as clock, systemSleep as sleep } from '../adapters/runtime/system-time.ts';
import { readEnvironment } from '../contracts/environment.ts';
import { handleJobs, type JobsEvent } from './jobs.ts';

const { BUDGETS_TABLE: budgets } = readEnvironment('jobs', process.env);
const client = documentClient();
const deps = {
  subjects: new DynamoDbSubjects(client, { budgets }, clock, sleep),
  jobs: new BedrockJobs(),
  submitted: new DynamoDbSubmittedJobs(client, budgets, clock),
  settings: deployedSettings(import.meta.url),
  clock,
};
const logger = new FunctionLogger('jobs');

export const handler = logger.handling(async (event: JobsEvent): Promise<void> => {
  const { stopped, failed } = await handleJobs(event, deps);
  if (stopped.length > 0) logger.info('Batch jobs were stopped.', { stopped });
  if (Object.keys(failed).length === 0) return;
  // Lambda tries an asynchronous call twice more, and what failed is noted still.
  throw new Error(`Batch jobs run on: ${JSON.stringify(failed)}. Stop them by hand if that goes on.`);
});
