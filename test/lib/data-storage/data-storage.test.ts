import type { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { auditArchiveName } from '../../../lib/shared/naming.ts';
import { build, readable, resources } from '../build.ts';

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
        // Kept, unless the deployment that was to make it fails.
        DeletionPolicy: 'RetainExceptOnCreate',
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

  test.each([
    ['tables', { tables: 'delete' } as const, 'AWS::DynamoDB::Table', 'AWS::S3::Bucket'],
    ['logs', { logs: 'delete' } as const, 'AWS::S3::Bucket', 'AWS::DynamoDB::Table'],
  ])('go with the stage where its removal says so of %s, and nothing else does', (_, removal, gone, kept) => {
    const stage = Template.fromStack(build({ removal }).dataStorage);
    const policies = (type: string) =>
      // The audit archive stays whatever is said of the others (below).
      Object.values(stage.findResources(type, { Properties: { BucketName: Match.absent() } })).map(
        ({ DeletionPolicy, Properties }) => [DeletionPolicy, Properties.DeletionProtectionEnabled ?? 'none'],
      );

    expect(new Set(policies(gone).map(String))).toEqual(
      new Set([gone === 'AWS::DynamoDB::Table' ? 'Delete,false' : 'Delete,none']),
    );
    expect(new Set(policies(kept).map(String))).toEqual(
      new Set([kept === 'AWS::DynamoDB::Table' ? 'RetainExceptOnCreate,true' : 'RetainExceptOnCreate,none']),
    );
  });

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
      DeletionPolicy: 'RetainExceptOnCreate',
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

describe('The audit archive', () => {
  const archive = (stack: Stack) =>
    Object.values(resources(stack, 'AWS::S3::Bucket')).find(({ Properties }) => 'BucketName' in Properties);
  const lockOf = (stack: Stack) => archive(stack)?.Properties['ObjectLockConfiguration'];
  const locked = (Mode: string, Days: number) => ({
    ObjectLockEnabled: 'Enabled',
    Rule: { DefaultRetention: { Mode, Days } },
  });

  test('keeps every version for 400 days, under a name that follows from stage and account, and stays', () => {
    template.hasResource('AWS::S3::Bucket', {
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        BucketName: { 'Fn::Join': ['', ['bedrock-budgeteer-test-audit-', { Ref: 'AWS::AccountId' }]] },
        ObjectLockEnabled: true,
        ObjectLockConfiguration: locked('GOVERNANCE', 400),
        VersioningConfiguration: { Status: 'Enabled' },
        LifecycleConfiguration: Match.absent(),
        PublicAccessBlockConfiguration: Match.objectLike({ BlockPublicPolicy: true }),
      },
    });
    const removed = build({ removal: { tables: 'delete', logs: 'delete' } }).dataStorage;
    expect(archive(removed)).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate' });
  });

  test('is locked as the stage says, and is not there where the stage does without', () => {
    const strict = build({ auditArchive: { lock: 'compliance', days: 2_555 } }).dataStorage;
    expect(lockOf(strict)).toEqual(locked('COMPLIANCE', 2_555));

    const none = build({ auditArchive: 'none' });
    expect(archive(none.dataStorage)).toBeUndefined();
    const monitoring = JSON.stringify(Template.fromStack(none.monitoring).toJSON());
    expect(monitoring).not.toMatch(/anchors/i);
  });

  test('has a name that S3 takes for the longest stage there may be', () => {
    const name = auditArchiveName('a'.repeat(20), '111122223333');
    expect(name.length).toBeLessThanOrEqual(63);
  });

  test('is written by our own roles alone', () => {
    const policies = JSON.stringify(
      Object.values(resources(dataStorage, 'AWS::S3::BucketPolicy')).map(({ Properties }) =>
        readable(Properties),
      ),
    );
    expect(policies).toContain(
      '"ArnNotLike":{"aws:PrincipalArn":"arn:<AWS::Partition>:iam::<AWS::AccountId>:role/bedrock-budget/*"}',
    );
  });
});
