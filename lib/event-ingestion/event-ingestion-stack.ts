import { Duration, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';
import { ingestMetrics } from '../../lambda/contracts/metrics.ts';
import type { StageConfig } from '../config.ts';
import type { InvocationLogBucket } from '../data-storage/invocation-log-bucket.ts';
import type { UsageTrackingTable } from '../data-storage/usage-tracking-table.ts';
import type { UserBudgetsTable } from '../data-storage/user-budgets-table.ts';
import type { AlertTopic } from '../monitoring/alert-topic.ts';
import { BudgeteerFunction, type FunctionContext } from '../shared/budgeteer-function.ts';
import { countedBy, OperationsAlarm } from '../shared/operations-alarm.ts';
import { IngestQueue } from './ingest-queue.ts';
import { InvocationLogGroup } from './invocation-log-group.ts';

export interface EventIngestionStackProps {
  readonly stackName: string;
  readonly config: StageConfig;
  readonly functions: FunctionContext;
  readonly usageTracking: UsageTrackingTable;
  readonly userBudgets: UserBudgetsTable;
  readonly invocationLogBucket: InvocationLogBucket;
  readonly operationsTopic: AlertTopic;
}

/** From a log line to the ledger: two sources, one function. */
export class EventIngestionStack extends Stack {
  constructor(scope: Construct, id: string, props: EventIngestionStackProps) {
    super(scope, id, {
      stackName: props.stackName,
      description: 'Bedrock Budgeteer: log lines become ledger items',
    });
    const { stage, key } = props.functions;
    const ingest = new BudgeteerFunction(this, 'Ingest', {
      ...props.functions,
      name: 'ingest',
      description: 'Parses, prices and posts invocation log records, each once',
      environment: {
        LEDGER_TABLE: props.usageTracking.tableName,
        BUDGETS_TABLE: props.userBudgets.tableName,
      },
      timeout: Duration.minutes(2),
      // A log object is unpacked in memory, and a larger function gets more of a processor for it.
      memorySize: 1024,
    });
    props.usageTracking.grantPost(ingest);
    props.userBudgets.grantPost(ingest);
    props.invocationLogBucket.grantReadLogs(ingest);

    const logGroup = new InvocationLogGroup(this, 'InvocationLogGroup', {
      logGroupName: props.config.invocationLogGroup,
      bucket: props.invocationLogBucket,
      key,
    });
    logGroup.feed(ingest);

    const queue = new IngestQueue(this, 'IngestQueue', { stage, key, operations: props.operationsTopic });
    queue.takeObjectsOf(props.invocationLogBucket);
    queue.feed(ingest);

    new OperationsAlarm(this, 'Quarantined', {
      stage,
      topic: props.operationsTopic,
      name: 'ingest-quarantined',
      description: 'Lines were put aside because they could not be read: their cost is not metered.',
      metric: countedBy('ingest', ingestMetrics.quarantined),
    });
    new OperationsAlarm(this, 'Unpriced', {
      stage,
      topic: props.operationsTopic,
      name: 'ingest-unpriced',
      description: 'Calls were posted at a ceiling price, because the price book does not know their model.',
      metric: countedBy('ingest', ingestMetrics.unpriced),
    });

    new events.EventBus(this, 'UsageBus', {
      eventBusName: 'bedrock-budgeteer-usage',
      description: 'Usage that Bedrock does not log; only principals of this account may put',
    });
  }
}
