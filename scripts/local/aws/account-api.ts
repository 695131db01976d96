import { type AwsResponse, errorAnswer, jsonAnswer } from './aws-error.ts';
import type { AwsRequest } from './aws-request.ts';

/** Lambda gives an account so many by default. */
const concurrentExecutions = 1_000;

/** Lambda's GetAccountSettings, as far as concurrency goes. @param reserved what the functions have for themselves */
export function accountSettings(reserved: readonly number[]): AwsResponse {
  const taken = reserved.reduce((sum, each) => sum + each, 0);
  const limit = {
    ConcurrentExecutions: concurrentExecutions,
    UnreservedConcurrentExecutions: concurrentExecutions - taken,
  };
  return jsonAnswer({ AccountLimit: limit });
}

const trail = 'management-events';

/** CloudTrail's questions about trails: the one that tells EventBridge what people do with IAM and Bedrock. */
export function describeTrails({ operation, region, protocol }: AwsRequest, account: string): AwsResponse {
  const TrailARN = `arn:aws:cloudtrail:${region}:${account}:trail/${trail}`;
  switch (operation) {
    case 'DescribeTrails':
      return jsonAnswer({ trailList: [{ Name: trail, TrailARN, IsMultiRegionTrail: true }] });
    case 'GetTrailStatus':
      return jsonAnswer({ IsLogging: true });
    case 'GetEventSelectors':
      return jsonAnswer({
        TrailARN,
        EventSelectors: [{ IncludeManagementEvents: true, ReadWriteType: 'All', DataResources: [] }],
      });
    default:
      return errorAnswer(protocol, {
        code: 'UnknownOperationException',
        message: `CloudTrail's ${operation} is not imitated: add it to account-api.ts.`,
      });
  }
}

/** CloudFormation's DescribeStacks of one stack: a stack that is here is complete. @param stacks names of those that are */
export function describeStacks(stacks: readonly string[], request: AwsRequest): AwsResponse {
  const name = String(request.body['StackName']);
  if (!stacks.includes(name)) return noStack(name, request);
  const member =
    `<StackName>${name}</StackName><StackStatus>CREATE_COMPLETE</StackStatus>` +
    '<CreationTime>2026-01-01T00:00:00Z</CreationTime>';
  return stackAnswer('DescribeStacks', `<Stacks><member>${member}</member></Stacks>`);
}

/** CloudFormation's GetTemplateSummary of one stack, as far as the template's metadata go. */
export function templateSummary(
  stacks: readonly string[],
  metadata: Readonly<Record<string, unknown>>,
  request: AwsRequest,
): AwsResponse {
  const name = String(request.body['StackName']);
  if (!stacks.includes(name)) return noStack(name, request);
  const text = JSON.stringify(metadata[name] ?? {})
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;');
  return stackAnswer('GetTemplateSummary', `<Metadata>${text}</Metadata>`);
}

const noStack = (name: string, { protocol }: AwsRequest): AwsResponse =>
  errorAnswer(protocol, { code: 'ValidationError', message: `Stack with id ${name} does not exist` });

const stackAnswer = (operation: string, result: string): AwsResponse => ({
  status: 200,
  headers: { 'content-type': 'text/xml' },
  body:
    `<${operation}Response xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><${operation}Result>` +
    `${result}</${operation}Result>` +
    `<ResponseMetadata><RequestId>local</RequestId></ResponseMetadata></${operation}Response>`,
});
