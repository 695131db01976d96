import { type Answer, errorAnswer, jsonAnswer } from './aws-error.ts';
import type { AwsRequest } from './aws-request.ts';

/** Lambda gives an account so many by default. */
const concurrentExecutions = 1_000;

/** Lambda's GetAccountSettings, as far as concurrency goes. @param reserved what the functions have for themselves */
export function accountSettings(reserved: readonly number[]): Answer {
  const taken = reserved.reduce((sum, each) => sum + each, 0);
  const limit = {
    ConcurrentExecutions: concurrentExecutions,
    UnreservedConcurrentExecutions: concurrentExecutions - taken,
  };
  return jsonAnswer({ AccountLimit: limit });
}

const trail = 'management-events';

/** CloudTrail's questions about trails: the one that tells EventBridge what people do with IAM and Bedrock. */
export function describeTrails({ operation, region, protocol }: AwsRequest, account: string): Answer {
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
export function describeStacks(stacks: readonly string[], { body, protocol }: AwsRequest): Answer {
  const name = String(body['StackName']);
  if (!stacks.includes(name)) {
    const message = `Stack with id ${name} does not exist`;
    return errorAnswer(protocol, { code: 'ValidationError', message });
  }
  const member =
    `<StackName>${name}</StackName><StackStatus>CREATE_COMPLETE</StackStatus>` +
    '<CreationTime>2026-01-01T00:00:00Z</CreationTime>';
  return {
    status: 200,
    headers: { 'content-type': 'text/xml' },
    body:
      '<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult>' +
      `<Stacks><member>${member}</member></Stacks></DescribeStacksResult>` +
      '<ResponseMetadata><RequestId>local</RequestId></ResponseMetadata></DescribeStacksResponse>',
  };
}
