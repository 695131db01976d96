import { Stack } from 'aws-cdk-lib';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { StageConfig } from '../config.ts';
import type { BudgetAlertsTable } from '../data-storage/budget-alerts-table.ts';
import type { InvocationLogBucket } from '../data-storage/invocation-log-bucket.ts';
import type { UsageTrackingTable } from '../data-storage/usage-tracking-table.ts';
import type { UserBudgetsTable } from '../data-storage/user-budgets-table.ts';
import type { AlertTopic } from '../monitoring/alert-topic.ts';
import type { FunctionContext } from '../shared/budgeteer-function.ts';
import { placeOf } from '../shared/place.ts';
import { DeclaredLogBucket } from './declared-log-bucket.ts';
import { EvidenceProof } from './evidence.ts';
import { addIngest } from './ingest-function.ts';
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
    const ingest = addIngest(this, props);

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
