import { Aws, Duration, Stack } from 'aws-cdk-lib';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { ingestMetrics } from '../../lambda/contracts/metrics.ts';
import type { StageConfig } from '../config.ts';
import type { BudgetAlertsTable } from '../data-storage/budget-alerts-table.ts';
import type { InvocationLogBucket } from '../data-storage/invocation-log-bucket.ts';
import type { UsageTrackingTable } from '../data-storage/usage-tracking-table.ts';
import type { UserBudgetsTable } from '../data-storage/user-budgets-table.ts';
import type { AlertTopic } from '../monitoring/alert-topic.ts';
import { worstCasePercent } from '../monitoring/assumed-share.ts';
import { BudgeteerFunction, type FunctionContext } from '../shared/budgeteer-function.ts';
import { countedBy, OperationsAlarm } from '../shared/operations-alarm.ts';
import { placeOf } from '../shared/place.ts';
import { DeclaredLogBucket } from './declared-log-bucket.ts';
import { EvidenceProof } from './evidence.ts';
import { grantLookUpPrincipals, grantLookUpProfiles } from './ingest-look-ups.ts';
import { IngestQueue } from './ingest-queue.ts';
import { InvocationLogGroup } from './invocation-log-group.ts';
import { InvocationLoggingSetup } from './invocation-logging.ts';
import { LoggingWatch } from './logging-watch.ts';
import { UsageEvents } from './usage-events.ts';

export interface EventIngestionStackProps {
  readonly stackName: string;
  readonly config: StageConfig;
  readonly functions: FunctionContext;
  readonly usageTracking: UsageTrackingTable;
  readonly userBudgets: UserBudgetsTable;
  readonly budgetAlerts: BudgetAlertsTable;
  readonly invocationLogBucket: InvocationLogBucket;
  readonly operationsTopic: AlertTopic;
  readonly criticalTopic: AlertTopic;
}

/** From a log line to the ledger: two sources, one function. */
export class EventIngestionStack extends Stack {
  constructor(scope: Construct, id: string, props: EventIngestionStackProps) {
    super(scope, id, {
      stackName: props.stackName,
      ...placeOf(props.config),
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

    const { logging } = props.config;
    const logGroup = new InvocationLogGroup(this, 'InvocationLogGroup', {
      logGroupName:
        logging.logGroup ??
        props.config.invocationLogGroup ??
        `/bedrock-budgeteer/${stage}/model-invocations`,
      declared: logging.logGroup !== undefined,
      roleArn: logging.roleArn,
      key,
    });
    const subscription = logGroup.feed(ingest);

    const logs = this.#logBucket(props);
    logs.grantReadLogs(ingest);
    const { bucket } = logs;
    const queue = new IngestQueue(this, 'IngestQueue', { stage, key, operations: props.operationsTopic });
    const newObjects = queue.takeObjectsOf(bucket);
    queue.feed(ingest);

    const invocationLogging = new InvocationLoggingSetup(this, 'InvocationLogging', {
      functions: props.functions,
      userBudgets: props.userBudgets,
      ingest,
      logGroup,
      bucket,
      bucketDeclared: logging.bucket !== undefined,
      bucketRule: newObjects,
      copyBodies: logging.copyBodies,
      revision: logging.revision,
    });
    invocationLogging.waitFor(queue);
    if (logGroup.declared) invocationLogging.checkBefore(subscription);
    else invocationLogging.waitFor(subscription);
    new LoggingWatch(this, 'LoggingWatch', {
      stage,
      ownRoleArn: invocationLogging.roleArn,
      critical: props.criticalTopic,
    });

    new OperationsAlarm(this, 'Quarantined', {
      stage,
      topic: props.operationsTopic,
      name: 'ingest-quarantined',
      description: 'Lines were put aside because they could not be read: their cost is not metered.',
      metric: countedBy(stage, 'ingest', ingestMetrics.quarantined),
    });
    new OperationsAlarm(this, 'Unpriced', {
      stage,
      topic: props.operationsTopic,
      name: 'ingest-unpriced',
      description: 'Calls were posted at a ceiling price, because the price book does not know their model.',
      metric: countedBy(stage, 'ingest', ingestMetrics.unpriced),
    });

    new OperationsAlarm(this, 'Assumed', {
      stage,
      topic: props.operationsTopic,
      name: 'ingest-assumed',
      description:
        'So many prices of a day rest on assumptions that the bill may be more than 10 % above the balances.',
      // A day, because how people work changes by the hour; 10 USD, because a share of little says nothing.
      metric: worstCasePercent(stage, Duration.days(1), 10),
      threshold: 10,
    });

    new EvidenceProof(this, 'Evidence', {
      functions: props.functions,
      usageTracking: props.usageTracking,
      userBudgets: props.userBudgets,
      budgetAlerts: props.budgetAlerts,
      logBuckets: [bucket.bucketName],
      grantReadLogs: (reader) => logs.grantListLogs(reader),
      critical: props.criticalTopic,
      operations: props.operationsTopic,
    });

    new UsageEvents(this, 'Usage', {
      functions: props.functions,
      usageTracking: props.usageTracking,
      userBudgets: props.userBudgets,
      operations: props.operationsTopic,
      putters: props.config.usageBusPutters,
      sources: props.config.settings.usageSources,
    });
  }

  /** The stage's own bucket, or the one that it names. */
  #logBucket({ config, invocationLogBucket }: EventIngestionStackProps): LogBucket {
    const { bucket: bucketName, bucketKeyArn: keyArn } = config.logging;
    if (bucketName !== undefined)
      return new DeclaredLogBucket(this, 'DeclaredLogBucket', { bucketName, keyArn });
    return {
      bucket: invocationLogBucket as IBucket,
      grantReadLogs: (reader) => invocationLogBucket.grantReadLogs(reader),
      grantListLogs: (reader) => invocationLogBucket.grantListLogs(reader),
    };
  }
}

type LogBucket = Pick<DeclaredLogBucket, 'bucket' | 'grantReadLogs' | 'grantListLogs'>;
