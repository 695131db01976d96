import type { UsageEventRefusal } from '../domain/usage-events/read-usage-event.ts';
import {
  type PostUsageDeps,
  postUsageEvent,
  type UsageOutcome,
} from '../use-cases/metering/post-usage-event.ts';

/** What became of a batch; every event that succeeded is in exactly one of these. */
export interface UsageCounts {
  posted: number;
  duplicates: number;
  /** By reason. */
  readonly refused: Partial<Record<UsageEventRefusal, number>>;
}

export const noUsageCounts = (): UsageCounts => ({ posted: 0, duplicates: 0, refused: {} });

/** The part of EventBridge's envelope that is read: EventBridge wrote it, so its form is not in doubt. */
interface BusEvent {
  readonly id: string;
  readonly source: string;
  readonly account: string;
  readonly detail: unknown;
}

/** Answers what became of one message of the usage queue; `messageId` is the same for every attempt at it. */
export function createUsageEvents(deps: PostUsageDeps) {
  return async (body: string, messageId: string): Promise<UsageOutcome> => {
    const { id, source, account, detail } = JSON.parse(body) as BusEvent;
    return postUsageEvent({ id, source, account, detail }, messageId, deps);
  };
}

/** Adds one outcome to the counts of its batch. */
export function countUsage(counts: UsageCounts, outcome: UsageOutcome): void {
  if (outcome.kind === 'refused') counts.refused[outcome.reason] = (counts.refused[outcome.reason] ?? 0) + 1;
  else if (outcome.kind === 'posted') counts.posted++;
  else counts.duplicates++;
}
