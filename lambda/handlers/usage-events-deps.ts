import { documentClient } from '../adapters/dynamodb/client.ts';
import { DynamoDbLedger } from '../adapters/dynamodb/ledger.ts';
import { DynamoDbPrincipals } from '../adapters/dynamodb/principals.ts';
import { DynamoDbSubjects } from '../adapters/dynamodb/subjects.ts';
import { DynamoDbUsageLedger } from '../adapters/dynamodb/usage-ledger.ts';
import { AwsIamDirectory } from '../adapters/iam/directory.ts';
import { deployedSettings } from '../adapters/runtime/deployed-settings.ts';
import type { FunctionLogger } from '../adapters/runtime/function-logger.ts';
import { systemClock as clock, systemSleep as sleep } from '../adapters/runtime/system-time.ts';
import type { Environment } from '../contracts/environment.ts';
import type { PostUsageDeps } from '../use-cases/metering/post-usage-event.ts';

/** What the meter of usage events is made of. IAM that cannot be asked is a warning, never a failure. */
export function usageEventsDeps(
  environment: Environment<'usage-events'>,
  bundleUrl: string,
  logger: FunctionLogger,
): PostUsageDeps {
  const { LEDGER_TABLE: ledger, BUDGETS_TABLE: budgets } = environment;
  const client = documentClient();
  const settings = deployedSettings(bundleUrl);
  const tables = { ledger, budgets };
  return {
    usageLedger: new DynamoDbUsageLedger(client, tables, settings, sleep),
    ledger: new DynamoDbLedger(client, tables, settings, sleep),
    subjects: new DynamoDbSubjects(client, { budgets }, clock, sleep),
    people: {
      registry: new DynamoDbPrincipals(client, budgets, clock, sleep),
      iam: new AwsIamDirectory(clock, logger.unanswered),
    },
    settings,
    clock,
  };
}
