import type { StageConfigInput } from '../../lib/config.ts';
import { build, type Resource, readable, resources, stacksOf } from './build.ts';
import { ResolvedStage } from './resolved.ts';

interface Metric {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[];
}

const watchedIn = (overrides: Partial<StageConfigInput>) => {
  const resolved = new ResolvedStage(overrides);
  const alarms = resolved.all('AWS::CloudWatch::Alarm').flatMap(({ properties }) => {
    const alarm = properties as unknown as Metric & { Metrics?: { MetricStat?: { Metric: Metric } }[] };
    const parts = (alarm.Metrics ?? []).flatMap(({ MetricStat }) => MetricStat?.Metric ?? []);
    return [...(alarm.MetricName ? [alarm] : []), ...parts].map(
      ({ Namespace, MetricName, Dimensions = [] }) =>
        [Namespace, MetricName, ...Dimensions.flatMap(({ Name, Value }) => [Name, Value])].join(' '),
    );
  });
  const widgets = resolved.all('AWS::CloudWatch::Dashboard').flatMap(({ properties }) => {
    const body = JSON.parse(String(properties['DashboardBody'])) as {
      widgets: { properties: { metrics?: unknown[][]; query?: string } }[];
    };
    return body.widgets.flatMap(({ properties: { metrics = [], query } }) => [
      ...metrics
        .map((parts) => parts.filter((part) => typeof part === 'string').join(' '))
        .filter((metric) => metric !== ''),
      ...[...(query ?? '').matchAll(/SOURCE '([^']+)'/g)].map(([, group]) => String(group)),
    ]);
  });
  return { alarms: new Set(alarms), widgets: new Set(widgets) };
};
const first = watchedIn({ stage: 'first' });
const second = watchedIn({ stage: 'second' });
const shared = (kind: 'alarms' | 'widgets') => [...second[kind]].filter((metric) => first[kind].has(metric));

describe('Of two stages in one Region', () => {
  test('no alarm of one looks at what the other does, but both at what Bedrock does', () => {
    expect(first.alarms.size).toBeGreaterThan(50);
    expect(shared('alarms').sort()).toEqual([
      'AWS/Bedrock Invocations',
      'AWS/Bedrock ModelInvocationLogsCloudWatchDeliveryFailure',
      'AWS/Bedrock ModelInvocationLogsS3DeliveryFailure',
    ]);
  });

  test('no dashboard of one shows what the other does', () => {
    expect(first.widgets.size).toBeGreaterThan(80);
    expect(shared('widgets')).toEqual([]);
  });
});

describe('Two stages in one account', () => {
  const naming: Readonly<Record<string, string>> = {
    'AWS::Backup::BackupVault': 'BackupVaultName',
    'AWS::CloudWatch::Alarm': 'AlarmName',
    'AWS::CloudWatch::Dashboard': 'DashboardName',
    'AWS::DynamoDB::Table': 'TableName',
    'AWS::Events::EventBus': 'Name',
    'AWS::Events::Rule': 'Name',
    'AWS::IAM::ManagedPolicy': 'ManagedPolicyName',
    'AWS::KMS::Alias': 'AliasName',
    'AWS::Lambda::Function': 'FunctionName',
    'AWS::Logs::LogGroup': 'LogGroupName',
    'AWS::S3::Bucket': 'BucketName',
    'AWS::SNS::Topic': 'TopicName',
    'AWS::SQS::Queue': 'QueueName',
    'AWS::StepFunctions::StateMachine': 'StateMachineName',
  };
  const namesOf = (stage: string) =>
    Object.values(stacksOf(build({ stage, backup: {}, kms: 'customer-managed' }))).flatMap((stack) =>
      Object.entries(naming).flatMap(([type, property]) =>
        Object.values(resources(stack, type)).map((resource: Resource) => {
          const name = readable(resource.Properties[property]);
          return `${type} ${name}`;
        }),
      ),
    );

  test('share no physical name', () => {
    // What has no name of ours gets one of its own from CloudFormation.
    const given = (stage: string) => namesOf(stage).filter((name) => !name.endsWith(' undefined'));
    const names = new Set(given('first'));

    expect(names.size).toBeGreaterThan(100);
    expect(given('second').filter((name) => names.has(name))).toEqual([]);
  });

  // CloudFormation cuts the stack's name in the names that it makes, and `doctor` finds rules by how their names begin.
  test('have rules that bear the whole name of their stage', () => {
    const stage = 'a-stage-of-20-letter';
    const rules = Object.values(stacksOf(build({ stage }))).flatMap((stack) =>
      Object.values(resources(stack, 'AWS::Events::Rule')).map(({ Properties }) => Properties['Name']),
    );

    expect(rules.length).toBeGreaterThan(7);
    for (const name of rules) expect(name).toMatch(new RegExp(`^bedrock-budgeteer-${stage}-[a-z-]{1,25}$`));
  });
});
