import { Match, Template } from 'aws-cdk-lib/assertions';
import { build, readable, resources } from './build.ts';

const { dataStorage } = build();
const template = Template.fromStack(dataStorage);

interface Limits {
  readonly read: readonly [number, number];
  readonly write: readonly [number, number];
}
const required: Readonly<Record<string, Limits>> = {
  UserBudgets: { read: [5, 40], write: [5, 40] },
  'UserBudgets/index/due': { read: [5, 40], write: [5, 40] },
  UsageTracking: { read: [10, 100], write: [20, 200] },
  BudgetAlerts: { read: [3, 25], write: [3, 25] },
  AuditLogs: { read: [10, 100], write: [25, 250] },
};
const logicalId = (table: string) =>
  Object.keys(resources(dataStorage, 'AWS::DynamoDB::Table')).find((id) => id.startsWith(table));

describe('Each table and index', () => {
  test.each(Object.entries(required))(
    '%s scales within its limits at 70 %% with cooldowns of 60 s',
    (name, limits) => {
      const [table = '', ...index] = name.split('/');
      const resourceId = ['table', `<${logicalId(table)}>`, ...index].join('/');
      const targets = Object.entries(resources(dataStorage, 'AWS::ApplicationAutoScaling::ScalableTarget'));
      const policies = Object.values(resources(dataStorage, 'AWS::ApplicationAutoScaling::ScalingPolicy'));

      for (const [direction, [min, max]] of Object.entries(limits)) {
        const kind = `${index.length > 0 ? 'index' : 'table'}:${direction === 'read' ? 'Read' : 'Write'}CapacityUnits`;
        const [id, target] =
          targets.find(
            ([, { Properties }]) =>
              readable(Properties['ResourceId']) === resourceId &&
              Properties['ScalableDimension'] === `dynamodb:${kind}`,
          ) ?? [];
        expect(target?.Properties).toMatchObject({ MinCapacity: min, MaxCapacity: max });
        const policy = policies.find(
          ({ Properties }) => readable(Properties['ScalingTargetId']) === `<${id}>`,
        );
        expect(policy?.Properties['TargetTrackingScalingPolicyConfiguration']).toMatchObject({
          TargetValue: 70,
          ScaleInCooldown: 60,
          ScaleOutCooldown: 60,
        });
      }
    },
  );

  test('starts at its minimum', () => {
    const tables = Object.entries(resources(dataStorage, 'AWS::DynamoDB::Table'));

    for (const [id, { Properties }] of tables) {
      const limits = required[id.replace(/[0-9A-F]{8}$/, '')];
      expect(Properties['ProvisionedThroughput']).toEqual({
        ReadCapacityUnits: limits?.read[0],
        WriteCapacityUnits: limits?.write[0],
      });
    }
    expect(tables).toHaveLength(4);
  });
});

describe('The tables', () => {
  test.each(['user-budgets', 'usage-tracking', 'budget-alerts', 'audit-logs'])(
    '%s is encrypted, recoverable, protected, retained, and ages out',
    (name) => {
      template.hasResource('AWS::DynamoDB::Table', {
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
        Properties: {
          TableName: `bedrock-budgeteer-test-${name}`,
          KeySchema: [
            { AttributeName: 'pk', KeyType: 'HASH' },
            { AttributeName: 'sk', KeyType: 'RANGE' },
          ],
          SSESpecification: { SSEEnabled: true },
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          DeletionProtectionEnabled: true,
          TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
        },
      });
    },
  );

  test('stream what their consumers read', () => {
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      TableName: 'bedrock-budgeteer-test-user-budgets',
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
    });
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      TableName: 'bedrock-budgeteer-test-budget-alerts',
      StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
    });
  });

  test('find what is due by an index that carries the whole item', () => {
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      TableName: 'bedrock-budgeteer-test-user-budgets',
      GlobalSecondaryIndexes: [
        Match.objectLike({
          IndexName: 'due',
          KeySchema: [
            { AttributeName: 'dueShard', KeyType: 'HASH' },
            { AttributeName: 'dueAt', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'ALL' },
          ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
        }),
      ],
    });
  });

  test('on demand have neither provisioned capacity nor scaling', () => {
    const onDemand = { mode: 'on-demand' } as const;
    const stage = build({
      capacity: {
        userBudgets: onDemand,
        usageTracking: onDemand,
        budgetAlerts: onDemand,
        auditLogs: onDemand,
      },
    });

    expect(resources(stage.dataStorage, 'AWS::ApplicationAutoScaling::ScalableTarget')).toEqual({});
    Template.fromStack(stage.dataStorage).allResourcesProperties('AWS::DynamoDB::Table', {
      BillingMode: 'PAY_PER_REQUEST',
      ProvisionedThroughput: Match.absent(),
    });
  });
});

describe('The log bucket', () => {
  test('moves logs to colder storage, keeps them seven years, and drops broken uploads', () => {
    template.hasResource('AWS::S3::Bucket', {
      DeletionPolicy: 'Retain',
      Properties: {
        LifecycleConfiguration: {
          Rules: [
            {
              Id: 'age-out',
              Status: 'Enabled',
              Transitions: [
                { StorageClass: 'STANDARD_IA', TransitionInDays: 30 },
                { StorageClass: 'GLACIER', TransitionInDays: 90 },
                { StorageClass: 'DEEP_ARCHIVE', TransitionInDays: 365 },
              ],
              ExpirationInDays: 2557,
              AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
            },
          ],
        },
        NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
        VersioningConfiguration: Match.absent(),
      },
    });
  });

  test('is written by Bedrock for this account alone, and refuses what is not TLS', () => {
    const [policy] = Object.values(resources(dataStorage, 'AWS::S3::BucketPolicy'));
    const statements = (readable(policy?.Properties['PolicyDocument']) as { Statement: unknown[] }).Statement;

    expect(statements).toContainEqual(
      expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    );
    expect(statements).toContainEqual({
      Sid: 'BedrockDeliversInvocationLogs',
      Effect: 'Allow',
      Principal: { Service: 'bedrock.amazonaws.com' },
      Action: 's3:PutObject',
      Resource: expect.stringMatching(/\/AWSLogs\/<AWS::AccountId>\/BedrockModelInvocationLogs\/\*$/),
      Condition: {
        StringEquals: { 'aws:SourceAccount': '<AWS::AccountId>' },
        ArnLike: { 'aws:SourceArn': 'arn:<AWS::Partition>:bedrock:<AWS::Region>:<AWS::AccountId>:*' },
      },
    });
  });
});
