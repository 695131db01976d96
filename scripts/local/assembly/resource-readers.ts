import type { EvaluatedPolicy } from '../aws/policy.ts';
import { functionArn } from './arns.ts';
import { readMapping, readRule, readSchedule } from './event-readers.ts';
import type { Properties } from './properties.ts';
import type { ResourceReading } from './reading.ts';
import { UnsupportedTemplateError } from './template.ts';

type Reader = (reading: ResourceReading) => void;

const arnOf = ({ identity }: ResourceReading) => identity.attributes['Arn'] ?? identity.ref;
const nothing: Reader = () => {};

const policyDocument = (properties: Properties, name = 'PolicyDocument') =>
  properties.raw<EvaluatedPolicy>(name) as EvaluatedPolicy;

function readFunction(reading: ResourceReading): void {
  const { properties, draft, identity, logicalId, assetPath } = reading;
  // CDK's own helpers of custom resources act only at deployment.
  if (!properties.text('Handler').startsWith('index.handler') || properties.child('Code').raw('ZipFile'))
    return;
  draft.functions.push({
    arn: arnOf(reading),
    name: identity.ref,
    logicalId,
    roleArn: properties.text('Role'),
    environment: properties.child('Environment').raw<Record<string, string>>('Variables') ?? {},
    assetPath: assetPath(properties.child('Code').text('S3Key')),
    handler: properties.text('Handler'),
    timeoutSeconds: properties.number('Timeout', 3),
    memoryMegabytes: properties.number('MemorySize', 128),
    reservedConcurrency: properties.raw('ReservedConcurrentExecutions'),
  });
}

function readRole(reading: ResourceReading): void {
  const { properties, draft, identity } = reading;
  draft.roles.push({
    arn: arnOf(reading),
    name: identity.ref,
    path: properties.optionalText('Path') ?? '/',
    trust: policyDocument(properties, 'AssumeRolePolicyDocument'),
    policies: properties.children('Policies').map((policy) => ({
      source: `${identity.ref}/${policy.text('PolicyName')}`,
      document: policyDocument(policy),
    })),
    managedPolicyArns: properties.list<string>('ManagedPolicyArns'),
  });
}

function readInlinePolicy({ properties, draft }: ResourceReading): void {
  if (properties.list('Users').length + properties.list('Groups').length > 0) {
    throw new UnsupportedTemplateError('An AWS::IAM::Policy names users or groups: only roles are imitated.');
  }
  for (const roleName of properties.list<string>('Roles')) {
    const source = `${roleName}/${properties.text('PolicyName')}`;
    draft.inlinePolicies.push({ roleName, source, document: policyDocument(properties) });
  }
}

function readQueue(reading: ResourceReading): void {
  const { properties, draft, identity } = reading;
  const redrive = properties.child('RedrivePolicy');
  const deadLetterArn = redrive.optionalText('deadLetterTargetArn');
  draft.queues.push({
    arn: arnOf(reading),
    name: identity.attributes['QueueName'] ?? '',
    url: identity.ref,
    visibilityTimeoutSeconds: properties.number('VisibilityTimeout', 30),
    redrive: deadLetterArn
      ? { deadLetterArn, maxReceiveCount: redrive.number('maxReceiveCount', 10) }
      : undefined,
    fifo: properties.flag('FifoQueue', false),
  });
}

function readTopic(reading: ResourceReading): void {
  const { properties, draft, identity } = reading;
  const arn = identity.ref;
  const name = identity.attributes['TopicName'] ?? '';
  draft.topics.push({ arn, name, displayName: properties.optionalText('DisplayName') ?? '' });
  for (const subscription of properties.children('Subscription'))
    pushSubscription(reading, arn, subscription);
}

function pushSubscription({ draft }: ResourceReading, topicArn: string, properties: Properties): void {
  draft.subscriptions.push({
    topicArn,
    protocol: properties.text('Protocol'),
    endpoint: properties.text('Endpoint'),
    attributes: {},
  });
}

function readStateMachine(reading: ResourceReading): void {
  const { properties, draft, identity, logicalId } = reading;
  const type = properties.optionalText('StateMachineType') ?? 'STANDARD';
  if (type !== 'STANDARD') {
    throw new UnsupportedTemplateError(
      `${logicalId} is a state machine of type ${type}: only STANDARD is imitated.`,
    );
  }
  let definition = properties.raw<Record<string, unknown>>('Definition');
  if (!definition) {
    const substitutions = properties.raw<Record<string, string>>('DefinitionSubstitutions') ?? {};
    const text = properties
      .text('DefinitionString')
      .replace(/\$\{([^}]+)\}/g, (whole, name: string) => substitutions[name] ?? whole);
    definition = JSON.parse(text) as Record<string, unknown>;
  }
  draft.stateMachines.push({
    arn: identity.ref,
    name: identity.attributes['Name'] ?? '',
    roleArn: properties.text('RoleArn'),
    definition,
  });
}

/** How each imitated resource type is read; a type with nothing to do at run time reads as nothing. */
export const readers: Readonly<Record<string, Reader>> = {
  'AWS::DynamoDB::Table': (reading) => {
    reading.draft.tables.push({
      arn: arnOf(reading),
      name: reading.identity.ref,
      streamArn: reading.properties.raw('StreamSpecification')
        ? reading.identity.attributes['StreamArn']
        : undefined,
      properties: reading.properties.values,
    });
  },
  'AWS::Lambda::Function': readFunction,
  'AWS::Lambda::Permission': ({ properties, draft, place }) => {
    draft.permissions.push({
      functionArn: functionArn(properties.text('FunctionName'), place),
      action: properties.text('Action'),
      principal: properties.text('Principal'),
      sourceArn: properties.optionalText('SourceArn'),
      sourceAccount: properties.optionalText('SourceAccount'),
      urlAuthType: properties.optionalText('FunctionUrlAuthType'),
    });
  },
  'AWS::Lambda::Url': ({ properties, draft, identity, logicalId, place }) => {
    if (properties.text('AuthType') !== 'AWS_IAM') {
      throw new UnsupportedTemplateError(
        `The function URL ${logicalId} is open to anyone: give it the AuthType AWS_IAM.`,
      );
    }
    const target = functionArn(properties.text('TargetFunctionArn'), place);
    draft.functionUrls.push({ id: identity.ref, functionArn: target });
  },
  'AWS::Lambda::EventSourceMapping': readMapping,
  'AWS::Lambda::EventInvokeConfig': ({ properties, draft, place }) => {
    const destination = properties.child('DestinationConfig');
    draft.invokeConfigs.push({
      functionArn: functionArn(properties.text('FunctionName'), place),
      maximumRetryAttempts: properties.number('MaximumRetryAttempts', 2),
      onFailureArn: destination.child('OnFailure').optionalText('Destination'),
      onSuccessArn: destination.child('OnSuccess').optionalText('Destination'),
    });
  },
  'AWS::IAM::Role': readRole,
  'AWS::IAM::Policy': readInlinePolicy,
  'AWS::IAM::ManagedPolicy': ({ properties, draft, identity, logicalId }) => {
    draft.managedPolicies.push({
      arn: identity.ref,
      name: properties.optionalText('ManagedPolicyName') ?? identity.ref.split('/').at(-1) ?? logicalId,
      path: properties.optionalText('Path') ?? '/',
      document: policyDocument(properties),
    });
  },
  'AWS::SQS::Queue': readQueue,
  'AWS::SQS::QueuePolicy': ({ properties, draft }) => {
    for (const url of properties.list<string>('Queues')) {
      draft.resourcePolicies.push({ resourceArn: queueArn(url), document: policyDocument(properties) });
    }
  },
  'AWS::SNS::Topic': readTopic,
  'AWS::SNS::Subscription': (reading) =>
    pushSubscription(reading, reading.properties.text('TopicArn'), reading.properties),
  'AWS::SNS::TopicPolicy': ({ properties, draft }) => {
    for (const resourceArn of properties.list<string>('Topics')) {
      draft.resourcePolicies.push({ resourceArn, document: policyDocument(properties) });
    }
  },
  'AWS::S3::Bucket': (reading) => {
    const { properties, draft, identity } = reading;
    const retention = properties.child('ObjectLockConfiguration').child('Rule').child('DefaultRetention');
    const days = retention.number('Days', 0);
    const mode = retention.optionalText('Mode') === 'COMPLIANCE' ? 'COMPLIANCE' : 'GOVERNANCE';
    const configuration = properties.child('NotificationConfiguration');
    const eventBridge = configuration.child('EventBridgeConfiguration').flag('EventBridgeEnabled', true);
    draft.buckets.push({
      arn: arnOf(reading),
      name: identity.ref,
      eventBridge: configuration.raw('EventBridgeConfiguration') !== undefined && eventBridge,
      lock: days > 0 ? { mode, days } : undefined,
    });
  },
  'AWS::S3::BucketPolicy': ({ properties, draft }) => {
    const resourceArn = `arn:aws:s3:::${properties.text('Bucket')}`;
    draft.resourcePolicies.push({ resourceArn, document: policyDocument(properties) });
  },
  'Custom::S3BucketNotifications': ({ properties, draft }) => {
    const name = properties.text('BucketName');
    const enabled =
      properties.child('NotificationConfiguration').raw('EventBridgeConfiguration') !== undefined;
    // CDK defines the bucket first: its notifications depend on it.
    draft.buckets = draft.buckets.map((bucket) =>
      bucket.name === name && enabled ? { ...bucket, eventBridge: true } : bucket,
    );
  },
  'AWS::Events::EventBus': ({ identity, draft }) => {
    draft.busNames.push(identity.ref);
  },
  'AWS::Events::EventBusPolicy': nothing,
  'AWS::Events::Rule': readRule,
  'AWS::Scheduler::Schedule': readSchedule,
  'AWS::Scheduler::ScheduleGroup': nothing,
  'AWS::StepFunctions::StateMachine': readStateMachine,
  'AWS::Logs::SubscriptionFilter': ({ properties, draft, logicalId }) => {
    draft.subscriptionFilters.push({
      logGroupName: properties.text('LogGroupName'),
      filterName: properties.optionalText('FilterName') ?? logicalId,
      filterPattern: properties.optionalText('FilterPattern') ?? '',
      destinationArn: properties.text('DestinationArn'),
    });
  },
};

function queueArn(url: string): string {
  const [, region, account, name] = /^https:\/\/sqs\.([^.]+)\.amazonaws\.com\/(\d+)\/(.+)$/.exec(url) ?? [];
  return `arn:aws:sqs:${region}:${account}:${name}`;
}
