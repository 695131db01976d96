import { CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import type { AwsAccess } from '../deployment/deployment.ts';
import type { SourcePointer } from './source-pointer.ts';

export interface FetchedLogEvent {
  readonly id: string;
  readonly timestamp: number;
  readonly message: string;
}

/** A subscription delivers within seconds; a delivery that failed waits in the queue, for days at most. */
const longBeforeMs = 15 * 86_400_000;
const shortBeforeMs = 3_600_000;
const afterMs = 300_000;

/**
 * Finds a log event by its id. CloudWatch Logs cannot be asked for one, so the hour before the line arrived is read first,
 * then what an old delivery may have brought. Undefined where the group has it no more.
 */
export async function fetchLogEvent(
  { group, stream, eventId }: Extract<SourcePointer, { kind: 'logs' }>,
  arrived: Date,
  aws: AwsAccess,
): Promise<FetchedLogEvent | undefined> {
  const client = new CloudWatchLogsClient({ ...aws, maxAttempts: 6 });
  const at = arrived.getTime();
  const spans = [
    [at - shortBeforeMs, at + afterMs],
    [at - longBeforeMs, at - shortBeforeMs],
  ] as const;
  for (const [startTime, endTime] of spans) {
    const pages = paginateFilterLogEvents(
      { client },
      { logGroupName: group, logStreamNames: [stream], startTime, endTime },
    );
    for await (const { events = [] } of pages) {
      const found = events.find((event) => event.eventId === eventId);
      if (found) return { id: eventId, timestamp: found.timestamp ?? at, message: found.message ?? '' };
    }
  }
  return undefined;
}
