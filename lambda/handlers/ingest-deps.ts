import { BedrockProfiles } from '../adapters/bedrock/profiles.ts';
import { documentClient } from '../adapters/dynamodb/client.ts';
import { DynamoDbLabelValues } from '../adapters/dynamodb/label-values.ts';
import { DynamoDbLedger } from '../adapters/dynamodb/ledger.ts';
import { DynamoDbPrincipals } from '../adapters/dynamodb/principals.ts';
import { DynamoDbSubjects } from '../adapters/dynamodb/subjects.ts';
import { AwsIamDirectory } from '../adapters/iam/directory.ts';
import { S3LogObjects } from '../adapters/log-objects/s3-log-objects.ts';
import { deployedSettings } from '../adapters/runtime/deployed-settings.ts';
import type { FunctionLogger } from '../adapters/runtime/function-logger.ts';
import { systemClock as clock, systemSleep as sleep } from '../adapters/runtime/system-time.ts';
import type { Environment } from '../contracts/environment.ts';
import { whyImpossible } from '../domain/pricing/possible-call.ts';
import type { IngestHandlerDeps } from './ingest.ts';

/** What ingest is made of. Who cannot be asked is a warning, never a failure: what was asked for stays unknown. */
export function ingestDeps(
  environment: Environment<'ingest'>,
  bundleUrl: string,
  logger: FunctionLogger,
): IngestHandlerDeps {
  const { LEDGER_TABLE: ledger, BUDGETS_TABLE: budgets, LOG_BUCKETS, ACCOUNT } = environment;
  const client = documentClient();
  const settings = deployedSettings(bundleUrl);
  const objects = new S3LogObjects(undefined, ACCOUNT);
  return {
    ledger: new DynamoDbLedger(client, { ledger, budgets }, settings, sleep),
    subjects: new DynamoDbSubjects(client, { budgets }, clock, sleep),
    people: {
      registry: new DynamoDbPrincipals(client, budgets, clock, sleep),
      iam: new AwsIamDirectory(clock, logger.unanswered),
    },
    labelValues: new DynamoDbLabelValues(client, budgets),
    profiles: new BedrockProfiles(clock, logger.unanswered),
    linesOfObject: (bucket, key) => objects.lines(bucket, key),
    possible: { accounts: [ACCOUNT], whyImpossible },
    logBuckets: LOG_BUCKETS.split(','),
    settings,
    clock,
  };
}
