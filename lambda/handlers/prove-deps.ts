import { CloudWatchCounters } from '../adapters/cloudwatch/counters.ts';
import { documentClient } from '../adapters/dynamodb/client.ts';
import { DynamoDbEvidenceRecords } from '../adapters/dynamodb/evidence-records.ts';
import { DynamoDbPostedSpans } from '../adapters/dynamodb/posted-spans.ts';
import { DynamoDbSubjects } from '../adapters/dynamodb/subjects.ts';
import { DynamoDbUnprovenBalances } from '../adapters/dynamodb/unproven-balances.ts';
import { S3BedrockObjects } from '../adapters/log-objects/bedrock-objects.ts';
import type { FunctionLogger } from '../adapters/runtime/function-logger.ts';
import { systemClock as clock, systemSleep as sleep } from '../adapters/runtime/system-time.ts';
import type { Environment } from '../contracts/environment.ts';
import type { ProveDeps } from '../use-cases/evidence/prove.ts';
import { ingestDeps } from './ingest-deps.ts';

/** What proves: all that meters, and what it is held against. */
export function proveDeps(
  environment: Environment<'prove'>,
  bundleUrl: string,
  logger: FunctionLogger,
): ProveDeps {
  const {
    LEDGER_TABLE: ledger,
    BUDGETS_TABLE: budgets,
    LOG_BUCKETS,
    ACCOUNT: account,
    REGIONS,
  } = environment;
  const client = documentClient();
  return {
    ...ingestDeps(environment, bundleUrl, logger),
    subjects: new DynamoDbSubjects(client, { budgets, alerts: environment.ALERTS_TABLE }, clock, sleep),
    evidence: new DynamoDbEvidenceRecords(client, budgets),
    unproven: new DynamoDbUnprovenBalances(client, budgets, sleep),
    posted: new DynamoDbPostedSpans(client, ledger, account),
    counters: new CloudWatchCounters(),
    objects: new S3BedrockObjects({ buckets: LOG_BUCKETS.split(','), account }),
    regions: REGIONS.split(','),
    account,
    unread: (span, error) =>
      logger.error(`What would prove ${span} could not be read: nothing of it is taken back.`, {
        error: error as Error,
      }),
  };
}
