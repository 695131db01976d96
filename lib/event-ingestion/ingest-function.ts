import { Aws, Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ingestMetrics } from '../../lambda/contracts/metrics.ts';
import type { StageConfig } from '../config.ts';
import type { InvocationLogBucket } from '../data-storage/invocation-log-bucket.ts';
import type { UsageTrackingTable } from '../data-storage/usage-tracking-table.ts';
import type { UserBudgetsTable } from '../data-storage/user-budgets-table.ts';
import type { AlertTopic } from '../monitoring/alert-topic.ts';
import { worstCasePercent } from '../monitoring/assumed-share.ts';
import { BudgeteerFunction, type FunctionContext } from '../shared/budgeteer-function.ts';
import { countedBy, OperationsAlarm } from '../shared/operations-alarm.ts';
import { grantLookUpPrincipals, grantLookUpProfiles } from './ingest-look-ups.ts';

export interface IngestProps {
  readonly config: StageConfig;
  readonly functions: FunctionContext;
  readonly usageTracking: UsageTrackingTable;
  readonly userBudgets: UserBudgetsTable;
  readonly invocationLogBucket: InvocationLogBucket;
  readonly operationsTopic: AlertTopic;
}

/** Creates the function that meters log lines, and the alarms on what it could not read or price. */
export function addIngest(scope: Construct, props: IngestProps): BudgeteerFunction<'ingest'> {
  const ingest = new BudgeteerFunction(scope, 'Ingest', {
    ...props.functions,
    name: 'ingest',
    description: 'Parses, prices and posts invocation log records, each once',
    environment: {
      LEDGER_TABLE: props.usageTracking.tableName,
      BUDGETS_TABLE: props.userBudgets.tableName,
      LOG_BUCKETS: props.config.logging.bucket ?? props.invocationLogBucket.bucketName,
      ACCOUNT: Aws.ACCOUNT_ID,
    },
    timeout: Duration.minutes(2),
    // A log object is unpacked in memory, and a larger function gets more of a processor for it.
    memorySize: 1024,
  });
  props.usageTracking.grantPost(ingest);
  props.userBudgets.grantPost(ingest);
  grantLookUpPrincipals(ingest);
  grantLookUpProfiles(ingest);
  addIngestAlarms(scope, props);
  return ingest;
}

function addIngestAlarms(scope: Construct, props: IngestProps): void {
  const { stage } = props.functions;
  new OperationsAlarm(scope, 'Quarantined', {
    stage,
    topic: props.operationsTopic,
    name: 'ingest-quarantined',
    description: 'Lines were put aside because they could not be read: their cost is not metered.',
    metric: countedBy(stage, 'ingest', ingestMetrics.quarantined),
  });
  new OperationsAlarm(scope, 'Unpriced', {
    stage,
    topic: props.operationsTopic,
    name: 'ingest-unpriced',
    description: 'Calls were posted at a ceiling price, because the price book does not know their model.',
    metric: countedBy(stage, 'ingest', ingestMetrics.unpriced),
  });

  new OperationsAlarm(scope, 'Assumed', {
    stage,
    topic: props.operationsTopic,
    name: 'ingest-assumed',
    description:
      'So many prices of a day rest on assumptions that the bill may be more than 10 % above the balances.',
    // A day, because how people work changes by the hour; 10 USD, because a share of little says nothing.
    metric: worstCasePercent(stage, Duration.days(1), 10),
    threshold: 10,
  });
}
