import {
  type AccessRequest,
  type EvaluatedPolicy,
  evaluateResourcePolicy,
  type PolicyStatement,
} from '../../../scripts/local/aws/policy.ts';
import { ResolvedStage, resolvedPlace } from '../resolved.ts';

const stage = new ResolvedStage();
const withKey = new ResolvedStage({ kms: 'customer-managed', backup: {}, costAnomalies: {} });
const stages = [
  ['keys of AWS', stage],
  ['a key of its own', withKey],
] as const;
const statementsOf = (document: EvaluatedPolicy) => [document.Statement].flat() as PolicyStatement[];
const list = (value: unknown) => (value === undefined ? [] : [value].flat().map(String));
const servicesOf = ({ Principal }: PolicyStatement) =>
  typeof Principal === 'object' ? list(Principal['Service']) : [];
const attachedTo = (on: ResolvedStage, arn: string) =>
  on.resourcePolicies().find((candidate) => candidate.on.includes(arn))?.policy;
const ask = (policy: ReturnType<typeof attachedTo>, request: Partial<AccessRequest>) =>
  policy &&
  evaluateResourcePolicy(policy, { action: '', resource: '', context: {}, ...request } as AccessRequest)
    .decision;

describe.each(stages)('With %s', (_, current) => {
  const stores = ['AWS::SNS::Topic', 'AWS::SQS::Queue', 'AWS::S3::Bucket'].flatMap((type) =>
    current.all(type).map(({ logicalId, arn }) => [logicalId, String(arn)] as const),
  );

  test.each(stores)('%s refuses even an administrator who does not come by TLS', (_id, arn) => {
    const service = arn.split(':')[2];
    const actions = {
      sns: ['sns:Publish'],
      sqs: ['sqs:SendMessage', 'sqs:ReceiveMessage'],
      s3: ['s3:GetObject', 's3:PutObject'],
    };

    for (const action of actions[service as keyof typeof actions]) {
      const decision = ask(attachedTo(current, arn), {
        action,
        resource: service === 's3' ? `${arn}/any` : arn,
        principalArn: `arn:aws:iam::${resolvedPlace.account}:user/admin`,
        context: { 'aws:SecureTransport': 'false' },
      });
      expect([action, decision]).toEqual([action, 'explicitDeny']);
    }
  });

  test('no service is let in without saying for which account it acts', () => {
    const documents = [
      ...current.resourcePolicies().map(({ policy }) => policy.document),
      ...current.all('AWS::KMS::Key').map(({ properties }) => properties['KeyPolicy'] as EvaluatedPolicy),
    ];
    const letIn = documents
      .flatMap(statementsOf)
      .filter((statement) => statement.Effect === 'Allow' && servicesOf(statement).length > 0);
    const boundTo = ({ Condition }: PolicyStatement) => JSON.stringify(Condition ?? {});

    expect(letIn.length).toBeGreaterThan(0);
    for (const statement of letIn) {
      // A rule's queue is bound to the rule's ARN, a log group's key to the log group's; both hold the account.
      expect(boundTo(statement)).toMatch(/aws:SourceAccount|aws:SourceArn|aws:logs:arn/i);
      expect(boundTo(statement)).toContain(resolvedPlace.account);
    }
  });

  test('nothing is open to everyone', () => {
    const open = current
      .resourcePolicies()
      .flatMap(({ policy }) => statementsOf(policy.document))
      .filter(
        ({ Effect, Principal }) =>
          Effect === 'Allow' && (Principal === '*' || JSON.stringify(Principal).includes('"*"')),
      );

    expect(open).toEqual([]);
  });

  test('each role is for one service, and for no other account', () => {
    for (const { properties } of current.all('AWS::IAM::Role')) {
      const trust = statementsOf(properties['AssumeRolePolicyDocument'] as EvaluatedPolicy);

      expect(trust).toHaveLength(1);
      expect(Object.keys(trust[0]?.Principal ?? {})).toEqual(['Service']);
      expect(servicesOf(trust[0] as PolicyStatement)).toHaveLength(1);
      // Lambda and Backup assume a role for who may pass it; the others say on whose behalf they come.
      if (/lambda|backup/.test(String(servicesOf(trust[0] as PolicyStatement)))) continue;
      const condition = JSON.stringify(trust[0]?.Condition);
      expect(condition).toContain(`"aws:SourceAccount":"${resolvedPlace.account}"`);
      expect(condition).toMatch(/"aws:SourceArn":"arn:aws:(states|bedrock|events):/);
    }
  });

  test('each alarm can reach its topic, key included', () => {
    const alarms = current.all('AWS::CloudWatch::Alarm');
    const keys = current.all('AWS::KMS::Key');
    const cloudWatch = (resource: string, sourceArn: string) => ({
      resource,
      principalService: 'cloudwatch.amazonaws.com',
      context: {
        'aws:SourceAccount': resolvedPlace.account,
        'aws:SourceArn': sourceArn,
        'aws:SecureTransport': 'true',
      },
    });

    expect(alarms.length).toBeGreaterThan(20);
    for (const { arn, properties } of alarms) {
      for (const topic of properties['AlarmActions'] as string[]) {
        const request = cloudWatch(topic, String(arn));
        expect(ask(attachedTo(current, topic), { ...request, action: 'sns:Publish' })).toBe('allowed');
      }
      for (const key of keys) {
        const policy = { source: 'key', document: key.properties['KeyPolicy'] as EvaluatedPolicy };
        for (const action of ['kms:GenerateDataKey', 'kms:Decrypt']) {
          expect(ask(policy, { ...cloudWatch('*', String(arn)), action })).toBe('allowed');
        }
      }
    }
  });

  test('an alarm of another account cannot', () => {
    const [topic] = current.all('AWS::SNS::Topic').filter(({ ref }) => ref.endsWith('-operations'));

    expect(
      ask(attachedTo(current, String(topic?.ref)), {
        action: 'sns:Publish',
        resource: String(topic?.ref),
        principalService: 'cloudwatch.amazonaws.com',
        context: {
          'aws:SourceAccount': '999988887777',
          'aws:SourceArn': `arn:aws:cloudwatch:${resolvedPlace.region}:999988887777:alarm:any`,
          'aws:SecureTransport': 'true',
        },
      }),
    ).toBe('implicitDeny');
  });
});

describe('A key of its own', () => {
  test('encrypts whatever holds data', () => {
    const [key] = withKey.all('AWS::KMS::Key');
    const uses = (type: string, property: string) =>
      withKey.all(type).map(({ logicalId, properties }) => [logicalId, JSON.stringify(properties[property])]);

    for (const [id, value] of [
      ...uses('AWS::SNS::Topic', 'KmsMasterKeyId'),
      ...uses('AWS::SQS::Queue', 'KmsMasterKeyId'),
      ...uses('AWS::Logs::LogGroup', 'KmsKeyId'),
      ...uses('AWS::DynamoDB::Table', 'SSESpecification'),
      ...uses('AWS::S3::Bucket', 'BucketEncryption'),
      ...uses('AWS::Backup::BackupVault', 'EncryptionKeyArn'),
    ]) {
      expect([id, value]).toEqual([id, expect.stringContaining(String(key?.arn))]);
    }
    expect(key?.properties['EnableKeyRotation']).toBe(true);
  });
});

describe('No template', () => {
  test('gives a function a secret by its environment', () => {
    const variables = stage
      .all('AWS::Lambda::Function')
      .flatMap(({ properties }) =>
        Object.entries((properties['Environment'] as { Variables: Record<string, string> }).Variables),
      );

    expect(variables.length).toBeGreaterThan(0);
    for (const [name, value] of variables) {
      expect(name).not.toMatch(/secret|password|passwd|token|credential|private|access_?key|api_?key/i);
      expect(value).not.toMatch(/AKIA|ASIA|\{\{resolve:|-----BEGIN|^[A-Za-z0-9/+]{40}$/);
    }
  });

  test('takes a parameter, where a secret could be typed in', () => {
    const secrets = ['AWS::SecretsManager::Secret', 'AWS::SSM::Parameter'].flatMap((type) => stage.all(type));

    expect(secrets).toEqual([]);
  });
});
