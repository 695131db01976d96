import { type AwsResponse, errorAnswer, jsonAnswer } from './aws-error.ts';
import type { AwsRequest } from './aws-request.ts';
import type { LoggingRegion } from './logging-region.ts';

/** CloudWatch Logs gives more by default; one a page has the caller turn it. */
const filtersAPage = 1;
/** Ten thousand, in the cloud. */
const eventsAPage = 100;

/** The part of CloudWatch Logs' API that is asked. @throws Error for an operation that is not imitated */
export function handleLogsRequest(region: LoggingRegion, request: AwsRequest): AwsResponse {
  switch (request.operation) {
    case 'DescribeLogGroups':
      return describeLogGroups(region, request);
    case 'DescribeSubscriptionFilters':
      return describeSubscriptionFilters(region, request);
    case 'FilterLogEvents':
      return filterLogEvents(region, request);
    default:
      throw new Error(
        `The local stack does not imitate CloudWatch Logs' ${request.operation}: add it to logs-api.ts.`,
      );
  }
}

function describeLogGroups(region: LoggingRegion, { body }: AwsRequest): AwsResponse {
  const prefix = String(body['logGroupNamePrefix'] ?? '');
  const names = [...region.logGroups.keys()].filter((name) => name.startsWith(prefix)).sort();
  return jsonAnswer({
    logGroups: names.map((logGroupName) => ({ logGroupName, logGroupClass: 'STANDARD' })),
  });
}

function describeSubscriptionFilters(region: LoggingRegion, { body, protocol }: AwsRequest): AwsResponse {
  const logGroupName = String(body['logGroupName']);
  const filters = region.logGroups.get(logGroupName);
  if (!filters) return noSuchGroup(protocol);
  const { start, end } = pageOf(body, filtersAPage);
  const subscriptionFilters = [...filters].slice(start, end).map(([filterName, destinationArn]) => ({
    filterName,
    logGroupName,
    filterPattern: '',
    destinationArn,
    distribution: 'ByLogStream',
  }));
  return jsonAnswer({ subscriptionFilters, ...(end < filters.size && { nextToken: String(end) }) });
}

function filterLogEvents(region: LoggingRegion, { body, protocol }: AwsRequest): AwsResponse {
  const logGroupName = String(body['logGroupName']);
  if (!region.logGroups.has(logGroupName)) return noSuchGroup(protocol);
  const streams = body['logStreamNames'] as readonly string[] | undefined;
  const from = Number(body['startTime'] ?? 0);
  const to = Number(body['endTime'] ?? Number.MAX_SAFE_INTEGER);
  const found = region
    .eventsOf(logGroupName)
    .filter(
      ({ stream, timestamp }) => (streams?.includes(stream) ?? true) && timestamp >= from && timestamp < to,
    );
  const { start, end } = pageOf(body, eventsAPage);
  const events = found.slice(start, end).map(({ id, stream, timestamp, message }) => ({
    eventId: id,
    logStreamName: stream,
    timestamp,
    message,
    ingestionTime: timestamp,
  }));
  return jsonAnswer({ events, ...(end < found.length && { nextToken: String(end) }) });
}

function pageOf(body: AwsRequest['body'], size: number): { start: number; end: number } {
  const start = Number(body['nextToken'] ?? 0);
  return { start, end: start + size };
}

const noSuchGroup = (protocol: AwsRequest['protocol']) =>
  errorAnswer(protocol, {
    code: 'ResourceNotFoundException',
    message: 'The specified log group does not exist.',
  });
