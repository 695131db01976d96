import { type Answer, errorAnswer, jsonAnswer } from './aws-error.ts';
import type { LoggingRegion } from './logging-region.ts';
import type { AwsRequest } from './parse-request.ts';

/** CloudWatch Logs gives more by default; one a page has the caller turn it. */
const filtersAPage = 1;

/** The part of CloudWatch Logs' API that is asked. @throws Error for an operation that is not imitated */
export function handleLogsRequest(region: LoggingRegion, { operation, body, protocol }: AwsRequest): Answer {
  if (operation !== 'DescribeSubscriptionFilters') {
    throw new Error(`The local stack does not imitate CloudWatch Logs' ${operation}: add it to logs-api.ts.`);
  }
  const logGroupName = String(body['logGroupName']);
  const filters = region.logGroups.get(logGroupName);
  if (!filters) {
    return errorAnswer(protocol, {
      code: 'ResourceNotFoundException',
      message: 'The specified log group does not exist.',
    });
  }
  const start = Number(body['nextToken'] ?? 0);
  const end = start + filtersAPage;
  const subscriptionFilters = [...filters].slice(start, end).map(([filterName, destinationArn]) => ({
    filterName,
    logGroupName,
    filterPattern: '',
    destinationArn,
    distribution: 'ByLogStream',
  }));
  return jsonAnswer({ subscriptionFilters, ...(end < filters.size && { nextToken: String(end) }) });
}
