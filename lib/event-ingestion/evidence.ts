import { Aws, Duration } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { evidenceMetrics } from '../../lambda/contracts/metrics.ts';
import type { BudgetAlertsTable } from '../data-storage/budget-alerts-table.ts';
import type { UsageTrackingTable } from '../data-storage/usage-tracking-table.ts';
import type { UserBudgetsTable } from '../data-storage/user-budgets-table.ts';
import { acknowledgeRole } from '../shared/acknowledge.ts';
import { BudgeteerFunction, type FunctionContext } from '../shared/budgeteer-function.ts';
import { allow } from '../shared/grant.ts';
import { countedBy, OperationsAlarm } from '../shared/operations-alarm.ts';
import { ruleName } from '../shared/rules.ts';
import { grantLookUpPrincipals, grantLookUpProfiles } from './ingest-look-ups.ts';

export interface EvidenceProps {
  readonly functions: FunctionContext;
  readonly usageTracking: UsageTrackingTable;
  readonly userBudgets: UserBudgetsTable;
  /** Who is told of what was taken back. */
  readonly budgetAlerts: BudgetAlertsTable;
  /** Names of the buckets that Bedrock delivers to. */
  readonly logBuckets: readonly string[];
  /** Lets a function list and read Bedrock's objects. */
  readonly grantReadLogs: (reader: lambda.Function) => void;
  readonly critical: sns.ITopic;
  readonly operations: sns.ITopic;
}

/** Holds what log groups claim against Bedrock's own objects and AWS's own counters, hour by hour. */
export class EvidenceProof extends Construct {
  constructor(scope: Construct, id: string, props: EvidenceProps) {
    super(scope, id);
    const { functions, usageTracking, userBudgets, critical, operations } = props;
    const { stage } = functions;
    const prove = new BudgeteerFunction(this, 'Prove', {
      ...functions,
      name: 'prove',
      description: 'Proves, corrects and disproves what log lines claim',
      environment: {
        LEDGER_TABLE: usageTracking.tableName,
        BUDGETS_TABLE: userBudgets.tableName,
        ALERTS_TABLE: props.budgetAlerts.tableName,
        LOG_BUCKETS: props.logBuckets.join(','),
        ACCOUNT: Aws.ACCOUNT_ID,
        REGIONS: Aws.REGION,
      },
      // All objects of an hour, and of a day where Bedrock was late.
      timeout: Duration.minutes(10),
      memorySize: 1024,
    });
    usageTracking.grantProve(prove);
    userBudgets.grantProve(prove);
    props.budgetAlerts.grantRaise(prove);
    grantLookUpPrincipals(prove);
    grantLookUpProfiles(prove);
    props.grantReadLogs(prove);
    allow(prove, ['cloudwatch:GetMetricData', 'cloudwatch:ListMetrics'], ['*']);
    acknowledgeRole(prove, {
      'IAM5[Resource::*]': 'Metrics have no ARN, and IAM cannot limit their reading to a namespace.',
    });

    new events.Rule(this, 'EachMinute', {
      ruleName: ruleName(stage, 'prove'),
      description: 'Proves the hours that S3 had its time for',
      schedule: events.Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaFunction(prove, { retryAttempts: 0, maxEventAge: Duration.minutes(5) })],
    });
    new OperationsAlarm(this, 'Disproved', {
      stage,
      topic: critical,
      name: 'evidence-disproved',
      description:
        'Lines of the log group told of calls that Bedrock did not make: somebody writes there. What they cost was taken back.',
      metric: countedBy(stage, 'prove', evidenceMetrics.disproved),
    });
    new OperationsAlarm(this, 'Unproven', {
      stage,
      topic: operations,
      name: 'evidence-unproven',
      description:
        "Hours could not be held against Bedrock's objects: delivery is broken, or evidence was removed. Nothing is taken back.",
      metric: countedBy(stage, 'prove', evidenceMetrics.failures),
    });
  }
}
