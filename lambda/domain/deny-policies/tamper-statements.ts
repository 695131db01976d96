import { exemptTag } from '../control/iam-target.ts';
import { holdTag } from '../iam-events/drift.ts';
import type { DenyStatement } from './policy-text.ts';

/** Who is denied: one who is suspended, anyone who carries the managed policy, or whole accounts of an organisation. */
export type TamperForm = 'suspended' | 'managed' | 'organization';

export interface TamperScope {
  /** The log group that Bedrock writes to, where it does not bear our name. */
  readonly logGroup?: string | undefined;
  /** Of the bootstrap stack that deploys us. @default its roles may be assumed */
  readonly bootstrapQualifier?: string | undefined;
}

/** CDK's own, which a stage has that chooses none. */
export const defaultBootstrapQualifier = 'hnb659fds';

/** Reading stays allowed, and so do the doors that judge by themselves who comes: function URLs, and the bus's own policy. */
const harmless: Readonly<Record<string, readonly string[]>> = {
  cloudformation: ['Describe*', 'Get*', 'List*'],
  cloudwatch: ['Describe*', 'Get*', 'List*'],
  dynamodb: ['BatchGet*', 'Describe*', 'Get*', 'List*', 'PartiQLSelect', 'Query', 'Scan'],
  events: ['Describe*', 'List*', 'PutEvents'],
  iam: ['Get*', 'List*'],
  lambda: ['Get*', 'InvokeFunction*', 'List*'],
  logs: ['Describe*', 'Filter*', 'Get*', 'List*', 'Start*'],
  s3: ['Get*', 'List*'],
  sns: ['Get*', 'List*'],
  sqs: ['Get*', 'List*'],
  states: ['Describe*', 'Get*', 'List*'],
};

/** Services whose resources of ours have our name in their ARN. */
const named = [
  ...['backup', 'cloudformation', 'cloudwatch', 'dynamodb', 'events', 'kms'],
  ...['lambda', 'logs', 'sns', 'sqs', 'states'],
];

/** Any partition and account: the policy is in ours, and each character counts. */
const arn = (service: string, resource: string) => `arn:*:${service}:*:*:${resource}`;
const iam = (resource: string) => `arn:*:iam::*:${resource}`;
const functions = arn('lambda', 'function:bedrock-budgeteer*');

/**
 * Denies whoever carries it to change what a stage deploys: everything on resources of ours but reading, so that an action
 * which AWS adds tomorrow is denied from its first day. The text names no stage: nobody who is denied this by one stage may
 * do it to another.
 *
 * IAM takes no wildcard for the service, so that each has an ARN of its own. CloudFormation cuts the stage from the names that
 * it makes, as a bucket's; what they begin with stays.
 */
export function tamperStatements(form: TamperForm, scope: TamperScope = {}): DenyStatement[] {
  const { logGroup = 'bedrock-budgeteer', bootstrapQualifier } = scope;
  const deny = (Sid: string, Action: readonly string[]) => ({ Sid, Effect: 'Deny', Action }) as const;
  return [
    {
      Sid: 'NoTampering',
      Effect: 'Deny',
      NotAction: Object.entries(harmless).flatMap(([service, verbs]) =>
        verbs.map((verb) => `${service}:${verb}`),
      ),
      Resource: [
        ...named.map((service) => arn(service, '*bedrock-budgeteer*')),
        ...(logGroup.includes('bedrock-budgeteer') ? [] : [arn('logs', `log-group:${logGroup}:*`)]),
        'arn:*:s3:::bedrock-budgeteer*',
        iam('*/bedrock-budget/*'),
        ...(bootstrapQualifier === undefined ? [] : [iam(`role/cdk-${bootstrapQualifier}-*`)]),
      ],
    },
    {
      // Past its URL a function believes the event that it is given.
      ...deny('OnlyThroughItsUrl', ['lambda:InvokeFunction']),
      Resource: functions,
      Condition: { BoolIfExists: { 'lambda:InvokedViaFunctionUrl': 'false' } },
    },
    {
      // A mapping's ARN is an id that names nothing.
      ...deny('Mappings', ['lambda:*EventSourceMapping']),
      Resource: '*',
      Condition: { ArnLike: { 'lambda:FunctionArn': functions } },
    },
    {
      ...deny('Keys', ['kms:Disable*', 'kms:Put*', 'kms:Schedule*']),
      Resource: '*',
      Condition: { 'ForAnyValue:StringLike': { 'kms:ResourceAliases': 'alias/bedrock-budgeteer*' } },
    },
    {
      ...deny('Logging', [
        'bedrock:DeleteModelInvocationL*',
        'bedrock:PutModelInvocationL*',
        'cloudtrail:Delete*',
        'cloudtrail:Put*',
        'cloudtrail:StopLogging',
        'cloudtrail:Update*',
        // It names no machine, so that it stops other applications' answers too: not for whoever did nothing wrong.
        ...(form === 'suspended' ? ['states:SendTask*'] : []),
      ]),
      Resource: '*',
    },
    {
      // Neither off oneself nor onto others: only attaching and detaching have the key.
      ...deny('Attachments', ['iam:*']),
      Resource: '*',
      Condition: { ArnLike: { 'iam:PolicyARN': iam('policy/bedrock-budget/*') } },
    },
    {
      // IAM compares tag keys without case.
      ...deny('Tags', ['iam:*']),
      Resource: '*',
      Condition: { 'ForAnyValue:StringEqualsIgnoreCase': { 'aws:TagKeys': [exemptTag, holdTag] } },
    },
    // A scalable target's ARN is an id, too: this is about every table of the account.
    ...(form === 'suspended'
      ? [
          {
            ...deny('Capacity', ['application-autoscaling:*']),
            Resource: '*',
            Condition: { StringEquals: { 'application-autoscaling:service-namespace': 'dynamodb' } },
          },
        ]
      : []),
  ];
}
