import { AwsSolutionsChecks } from 'cdk-nag';
import { parseStageConfig } from '../../lib/config.ts';
import {
  type EvaluatedPolicy,
  evaluatePolicies,
  evaluateResourcePolicy,
} from '../../scripts/local/aws/policy.ts';
import { build } from './build.ts';
import { ResolvedStage, resolvedPlace } from './resolved.ts';

const stage = new ResolvedStage();
const everything = new ResolvedStage({ kms: 'customer-managed', backup: {}, costAnomalies: {} });
const types = (...names: string[]) => names.flatMap((name) => stage.all(name));

interface Budget {
  readonly Budget: {
    readonly BudgetName?: string;
    readonly BudgetLimit: { readonly Amount: number };
    readonly FilterExpression: unknown;
  };
  readonly NotificationsWithSubscribers: readonly {
    readonly Notification: { readonly NotificationType: string; readonly Threshold: number };
    readonly Subscribers: readonly { readonly Address: string }[];
  }[];
}
const budgetOf = (current: ResolvedStage) =>
  current.all('AWS::Budgets::Budget').map(({ properties }) => properties as unknown as Budget)[0];
const topicOf = (current: ResolvedStage, name: string) =>
  String(current.all('AWS::SNS::Topic').find(({ ref }) => ref.endsWith(`-${name}`))?.ref);
const mayPublish = (
  current: ResolvedStage,
  topic: string,
  service: string,
  account: string,
  about: string,
) => {
  const policy = current.resourcePolicies().find(({ on }) => on.includes(topic))?.policy;
  const context = {
    'aws:SourceAccount': account,
    'aws:SourceArn': about,
    'aws:SecureTransport': 'true',
  };
  const keys = current
    .all('AWS::KMS::Key')
    .map(({ properties }) => properties['KeyPolicy'] as EvaluatedPolicy);
  return [
    ...(policy ? [{ policy, action: 'sns:Publish', resource: topic }] : []),
    ...keys.map((document) => ({
      policy: { source: 'key', document },
      action: 'kms:GenerateDataKey',
      resource: '*',
    })),
  ].every(
    ({ policy: on, action, resource }) =>
      evaluateResourcePolicy(on, { action, resource, principalService: service, context }).decision ===
      'allowed',
  );
};

describe("AWS's own budget", () => {
  test('warns the critical topic at 80 % of actual and 100 % of forecast cost', () => {
    const notifications = budgetOf(stage)?.NotificationsWithSubscribers.map(
      ({ Notification, Subscribers }) => [
        Notification.NotificationType,
        Notification.Threshold,
        Subscribers.map(({ Address }) => Address),
      ],
    );

    expect(notifications).toEqual([
      ['ACTUAL', 80, [topicOf(stage, 'critical')]],
      ['FORECASTED', 100, [topicOf(stage, 'critical')]],
    ]);
  });

  test("has the account budget's month, and no name that a replacement would collide with", () => {
    const settings = { mode: 'enforce', accountBudget: { monthUsd: '1234.50' } } as const;

    expect(budgetOf(stage)?.Budget.BudgetLimit.Amount).toBe(5000);
    expect(budgetOf(new ResolvedStage({ settings }))?.Budget.BudgetLimit.Amount).toBe(1234.5);
    expect(budgetOf(stage)?.Budget.BudgetName).toBeUndefined();
  });

  test('counts Bedrock and the Marketplace, where most models of other providers are billed', () => {
    const bedrock = {
      Dimensions: {
        Key: 'SERVICE',
        MatchOptions: ['EQUALS'],
        Values: ['Amazon Bedrock', 'Amazon Bedrock Service'],
      },
    };
    const narrow = new ResolvedStage({
      awsBudget: { marketplace: false, services: ['Claude Opus 4.6 (Amazon Bedrock Edition)'] },
    });

    expect(budgetOf(stage)?.Budget.FilterExpression).toEqual({
      Or: [
        bedrock,
        {
          Dimensions: { Key: 'BILLING_ENTITY', MatchOptions: ['EQUALS'], Values: ['AWS Marketplace'] },
        },
      ],
    });
    expect(budgetOf(narrow)?.Budget.FilterExpression).toMatchObject({
      Dimensions: { Values: ['Claude Opus 4.6 (Amazon Bedrock Edition)'] },
    });
  });

  test.each([
    ['it is switched off', { awsBudget: { enabled: false } }],
    ['the account budget has no month', { settings: { mode: 'enforce', accountBudget: { dayUsd: '9' } } }],
  ] as const)('is not there where %s', (_, overrides) => {
    expect(budgetOf(new ResolvedStage(overrides))).toBeUndefined();
  });

  test.each([
    ['keys of AWS', stage],
    ['a key of its own', everything],
  ] as const)('may publish with %s for this account, and for no other', (_, current) => {
    const topic = topicOf(current, 'critical');
    const as = (account: string) =>
      mayPublish(current, topic, 'budgets.amazonaws.com', account, `arn:aws:budgets::${account}:budget/any`);

    expect(as(resolvedPlace.account)).toBe(true);
    expect(as('999988887777')).toBe(false);
  });
});

describe('What costs more or can be there only once', () => {
  test('is off by default', () => {
    expect(
      types('AWS::CE::AnomalyMonitor', 'AWS::CE::AnomalySubscription', 'AWS::Backup::BackupPlan'),
    ).toEqual([]);
  });

  test('has no unanswered finding of AwsSolutions when it is on', () => {
    for (const kms of ['aws-managed', 'customer-managed'] as const) {
      const { app } = build({ kms, backup: {}, costAnomalies: {}, dashboards: false });
      app.synth();

      expect(new AwsSolutionsChecks(app).validateScope(app).violations).toEqual([]);
    }
  });
});

describe('Cost Anomaly Detection', () => {
  const monitorArn = `arn:aws:ce::${resolvedPlace.account}:anomalymonitor/0a1b2c3d-0000-4000-8000-000000000000`;

  test('subscribes the operations topic to the monitor that the account has', () => {
    const current = new ResolvedStage({ costAnomalies: { monitorArn, minimumUsd: 25 } });
    const [subscription] = current.all('AWS::CE::AnomalySubscription');

    expect(current.all('AWS::CE::AnomalyMonitor')).toEqual([]);
    expect(subscription?.properties).toMatchObject({
      Frequency: 'IMMEDIATE',
      MonitorArnList: [monitorArn],
      Subscribers: [{ Type: 'SNS', Address: topicOf(current, 'operations') }],
    });
    expect(JSON.parse(String(subscription?.properties['ThresholdExpression']))).toEqual({
      Dimensions: {
        Key: 'ANOMALY_TOTAL_IMPACT_ABSOLUTE',
        MatchOptions: ['GREATER_THAN_OR_EQUAL'],
        Values: ['25'],
      },
    });
  });

  test('makes a monitor where none is named, and may publish for this account alone', () => {
    const topic = topicOf(everything, 'operations');
    const as = (account: string) =>
      mayPublish(everything, topic, 'costalerts.amazonaws.com', account, 'arn:aws:ce:::any');

    expect(everything.all('AWS::CE::AnomalyMonitor')[0]?.properties).toMatchObject({
      MonitorType: 'DIMENSIONAL',
      MonitorDimension: 'SERVICE',
    });
    expect(as(resolvedPlace.account)).toBe(true);
    expect(as('999988887777')).toBe(false);
  });

  test('refuses what is no monitor', () => {
    const costAnomalies = { monitorArn: 'my-monitor' };

    expect(() => parseStageConfig({ stage: 'test', settings: { mode: 'shadow' }, costAnomalies })).toThrow(
      'costAnomalies.monitorArn was given "my-monitor", but it must be the ARN of a cost anomaly monitor.',
    );
  });
});

describe('AWS Backup', () => {
  const [role] = everything
    .all('AWS::IAM::Role')
    .filter(({ logicalId }) => logicalId.startsWith('BackupsRole'));
  const policies = everything
    .all('AWS::IAM::Policy')
    .filter(({ properties }) => (properties['Roles'] as string[]).includes(String(role?.ref)))
    .map(({ logicalId, properties }) => ({
      source: logicalId,
      document: properties['PolicyDocument'] as EvaluatedPolicy,
    }));
  const decision = (action: string, resource: string) =>
    evaluatePolicies(policies, { action, resource, context: {} }).decision;
  const tables = everything.all('AWS::DynamoDB::Table');

  test('backs up all four tables daily, for as long as the stage says', () => {
    const [selection] = everything.all('AWS::Backup::BackupSelection');
    const plan = new ResolvedStage({ backup: { keepDays: 90 } }).all('AWS::Backup::BackupPlan')[0];

    expect(selection?.properties['BackupSelection']).toMatchObject({
      Resources: tables.map(({ arn }) => arn),
    });
    expect(JSON.stringify(plan?.properties)).toContain('"DeleteAfterDays":90');
  });

  test('keeps its vault, where no backup can be deleted before its time', () => {
    const [vault] = everything.all('AWS::Backup::BackupVault');

    expect(vault?.properties['AccessPolicy']).toMatchObject({
      Statement: [
        {
          Effect: 'Deny',
          Principal: { AWS: '*' },
          Action: ['backup:DeleteRecoveryPoint', 'backup:UpdateRecoveryPointLifecycle'],
        },
      ],
    });
  });

  test('may read our tables, and neither change one nor reach another', () => {
    for (const { arn } of tables) {
      expect(decision('dynamodb:StartAwsBackupJob', String(arn))).toBe('allowed');
      for (const action of ['PutItem', 'DeleteTable', 'RestoreTableFromBackup', 'DeleteItem', 'Scan']) {
        expect(decision(`dynamodb:${action}`, String(arn))).toBe('implicitDeny');
      }
    }
    expect(
      decision(
        'dynamodb:StartAwsBackupJob',
        `arn:aws:dynamodb:${resolvedPlace.region}:${resolvedPlace.account}:table/payroll`,
      ),
    ).toBe('implicitDeny');
  });
});
