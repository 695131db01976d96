import { createHash } from 'node:crypto';
import { decorativeTypes, isDeploymentHelper } from './decorative-types.ts';
import { type DeploymentPlace, UnsupportedTemplateError } from './template.ts';

/** What `Ref` and `Fn::GetAtt` give for one resource. */
export interface PhysicalIdentity {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

type Naming = (
  name: string,
  place: DeploymentPlace,
  properties: Readonly<Record<string, unknown>>,
) => PhysicalIdentity;

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const named =
  (property: string, identity: Naming): Naming =>
  (generated, place, properties) =>
    identity(text(properties[property]) ?? generated, place, properties);
const arnOf = (service: string, { region, account }: DeploymentPlace, rest: string) =>
  `arn:aws:${service}:${region}:${account}:${rest}`;
const plain = (property: string, arn: (name: string, place: DeploymentPlace) => string): Naming =>
  named(property, (name, place) => ({ ref: name, attributes: { Arn: arn(name, place) } }));
const iamPath = (properties: Readonly<Record<string, unknown>>) => text(properties['Path']) ?? '/';
const onlyRef: Naming = (name) => ({ ref: name, attributes: {} });

/** A stream is told by its time of creation; the local stack's tables all have this one. */
const streamLabel = '2026-01-01T00:00:00.000';

const namings: Readonly<Record<string, Naming>> = {
  'AWS::DynamoDB::Table': named('TableName', (name, place) => {
    const arn = arnOf('dynamodb', place, `table/${name}`);
    return { ref: name, attributes: { Arn: arn, StreamArn: `${arn}/stream/${streamLabel}` } };
  }),
  'AWS::Lambda::Function': plain('FunctionName', (name, place) => arnOf('lambda', place, `function:${name}`)),
  'AWS::Lambda::EventSourceMapping': (name, place) => ({
    ref: name,
    attributes: { Id: name, EventSourceMappingArn: arnOf('lambda', place, `event-source-mapping:${name}`) },
  }),
  'AWS::Lambda::Url': (name, { region }) => {
    const id = digest(name).toLowerCase();
    return { ref: id, attributes: { FunctionUrl: `https://${id}.lambda-url.${region}.on.aws/` } };
  },
  'AWS::IAM::Role': named('RoleName', (name, { account }, properties) => ({
    ref: name,
    attributes: {
      Arn: `arn:aws:iam::${account}:role${iamPath(properties)}${name}`,
      RoleId: `AROA${digest(name)}`,
    },
  })),
  'AWS::IAM::ManagedPolicy': named('ManagedPolicyName', (name, { account }, properties) => {
    const arn = `arn:aws:iam::${account}:policy${iamPath(properties)}${name}`;
    return { ref: arn, attributes: { PolicyArn: arn, PolicyId: `ANPA${digest(name)}` } };
  }),
  'AWS::SQS::Queue': named('QueueName', (name, place) => ({
    ref: `https://sqs.${place.region}.amazonaws.com/${place.account}/${name}`,
    attributes: { Arn: arnOf('sqs', place, name), QueueName: name },
  })),
  'AWS::SNS::Topic': named('TopicName', (name, place) => {
    const arn = arnOf('sns', place, name);
    return { ref: arn, attributes: { TopicArn: arn, TopicName: name } };
  }),
  'AWS::Events::EventBus': named('Name', (name, place) => ({
    ref: name,
    attributes: { Arn: arnOf('events', place, `event-bus/${name}`), Name: name },
  })),
  'AWS::Events::Rule': plain('Name', (name, place) => arnOf('events', place, `rule/${name}`)),
  'AWS::StepFunctions::StateMachine': named('StateMachineName', (name, place) => {
    const arn = arnOf('states', place, `stateMachine:${name}`);
    return { ref: arn, attributes: { Arn: arn, Name: name } };
  }),
  'AWS::S3::Bucket': named('BucketName', (name, { region }) => {
    const bucket = name.toLowerCase();
    const domain = `${bucket}.s3.amazonaws.com`;
    const regional = `${bucket}.s3.${region}.amazonaws.com`;
    return {
      ref: bucket,
      attributes: { Arn: `arn:aws:s3:::${bucket}`, DomainName: domain, RegionalDomainName: regional },
    };
  }),
  'AWS::Logs::LogGroup': plain(
    'LogGroupName',
    (name, place) => `${arnOf('logs', place, `log-group:${name}`)}:*`,
  ),
  'AWS::KMS::Key': (name, place) => ({
    ref: name,
    attributes: { Arn: arnOf('kms', place, `key/${name}`), KeyId: name },
  }),
  'AWS::CloudWatch::Alarm': plain('AlarmName', (name, place) => arnOf('cloudwatch', place, `alarm:${name}`)),
  'AWS::CloudWatch::CompositeAlarm': plain('AlarmName', (name, place) =>
    arnOf('cloudwatch', place, `alarm:${name}`),
  ),
};

const digest = (name: string) => createHash('sha256').update(name).digest('hex').slice(0, 16).toUpperCase();

/** As CloudFormation does it: stack, logical id, and a suffix that makes the name its own. */
function generatedName(stack: string, logicalId: string): string {
  const suffix = digest(`${stack}/${logicalId}`).slice(0, 12);
  return `${stack.slice(0, 24)}-${logicalId.slice(0, 24)}-${suffix}`;
}

/**
 * The physical name and ARNs that a resource has in the local account.
 *
 * @param properties already resolved
 * @throws UnsupportedTemplateError by the caller's first use of an attribute that is not imitated
 */
export function physicalIdentity(
  stack: string,
  logicalId: string,
  type: string,
  properties: Readonly<Record<string, unknown>>,
  place: DeploymentPlace,
): PhysicalIdentity {
  return (namings[type] ?? onlyRef)(generatedName(stack, logicalId), place, properties);
}

/** Properties that give a physical name: these alone must resolve before others can refer to the resource. */
export const namingProperties = [
  'TableName',
  'FunctionName',
  'RoleName',
  'ManagedPolicyName',
  'Path',
  'QueueName',
  'TopicName',
  'Name',
  'StateMachineName',
  'BucketName',
  'LogGroupName',
  'AlarmName',
];

/** @throws UnsupportedTemplateError */
export function attributeOf(
  identity: PhysicalIdentity,
  type: string,
  logicalId: string,
  name: string,
): string {
  const value = identity.attributes[name];
  if (value !== undefined) return value;
  // What does not run here has no attributes that anything could depend on.
  if (isDeploymentHelper(type) || decorativeTypes.has(type)) return `${logicalId}.${name}`;
  throw new UnsupportedTemplateError(
    `The template reads ${logicalId}.${name}, an attribute of ${type} that the local stack does not imitate: add it to physical-identity.ts.`,
  );
}
