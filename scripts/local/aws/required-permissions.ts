import type { Service } from './aws-request.ts';
import { countersPermissions } from './bedrock-counters.ts';
import { jobsPermissions } from './bedrock-jobs-api.ts';
import { profilesPermissions } from './bedrock-profiles-api.ts';
import { type Ask, type Body, permission, type RequiredPermission } from './permission.ts';
import { cloudwatchPermissions, lambdaPermissions, statesPermissions } from './permissions-control.ts';
import { dynamodbPermissions, streamsPermissions } from './permissions-dynamodb.ts';
import { iamPermissions } from './permissions-iam.ts';
import { bedrockPermissions, logsPermissions } from './permissions-logging.ts';
import { eventsPermissions, snsPermissions, sqsPermissions } from './permissions-messaging.ts';
import { s3Permissions } from './permissions-s3.ts';
import { pricingPermissions } from './pricing-api.ts';
import { secretsPermissions } from './secrets-api.ts';

export type { RequiredPermission } from './permission.ts';

const services = {
  dynamodb: dynamodbPermissions,
  streams: streamsPermissions,
  s3: s3Permissions,
  sqs: sqsPermissions,
  sns: snsPermissions,
  events: eventsPermissions,
  states: statesPermissions,
  lambda: lambdaPermissions,
  iam: iamPermissions,
  bedrock: (ask: Ask) => bedrockPermissions(ask) ?? profilesPermissions(ask) ?? jobsPermissions(ask),
  logs: logsPermissions,
  pricing: pricingPermissions,
  secretsmanager: secretsPermissions,
  cloudwatch: (ask: Ask) => cloudwatchPermissions(ask) ?? countersPermissions(ask),
  cloudtrail: ({ operation }: Ask) => [permission(`cloudtrail:${operation}`, '*')],
  cloudformation: ({ operation, body, region, account }: Ask) => {
    if (operation === 'DescribeStacks') return [permission('cloudformation:DescribeStacks', '*')];
    if (operation !== 'GetTemplateSummary') return undefined;
    const stack = `arn:aws:cloudformation:${region}:${account}:stack/${body['StackName']}/local`;
    return [permission('cloudformation:GetTemplateSummary', stack)];
  },
  // Every caller may ask for its own identity.
  sts: ({ operation }: Ask) => (operation === 'GetCallerIdentity' ? [] : undefined),
} as const satisfies Record<Service, (ask: Ask) => RequiredPermission[] | undefined>;

/** One call of an AWS API. */
export interface ApiCall {
  readonly service: Service;
  /** Name of the API operation, for example `TransactWriteItems`. */
  readonly operation: string;
  /** Parsed JSON, query parameters, or for S3 and Lambda the members that the URL carries (Bucket, Key, FunctionName). */
  readonly body: Body | URLSearchParams;
  readonly region: string;
  readonly account: string;
}

/**
 * What IAM would check before AWS does what the call asks; each of them has to be allowed.
 * The functions tell what requests to IAM leave out.
 *
 * @throws Error for an operation that is not in the tables, instead of letting it through unchecked.
 */
export function requiredPermissions(
  call: ApiCall,
  pathOf: Ask['pathOf'] = () => '/',
  tagsOf: Ask['tagsOf'] = () => ({}),
  serviceOf: Ask['serviceOf'] = () => undefined,
): RequiredPermission[] {
  const { service, body, ...rest } = call;
  const members = body instanceof URLSearchParams ? Object.fromEntries(body) : body;
  const needed = Object.hasOwn(services, service)
    ? services[service]({ ...rest, body: members, pathOf, tagsOf, serviceOf })
    : undefined;
  if (needed) return needed.filter(isFirst);
  throw new Error(
    `Nobody has told the local stack which permission ${service} ${call.operation} needs: add it to the tables.`,
  );
}

/** A batch asks for the same thing many times; once is enough to check. */
function isFirst(one: RequiredPermission, index: number, all: readonly RequiredPermission[]): boolean {
  const key = JSON.stringify(one);
  return all.findIndex((other) => JSON.stringify(other) === key) === index;
}
