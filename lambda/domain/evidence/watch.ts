/** What one minute of one Region came to. */
export interface MinuteCounts {
  /** Start of the minute, ISO 8601 UTC. */
  readonly minute: string;
  /** Lines that ingest took for calls, whoever wrote them. */
  readonly lines: number;
  /** What AWS counted as calls. */
  readonly calls: number;
  /** What Bedrock says of its deliveries; undefined where it has no such metric. */
  readonly delivered: number | undefined;
  readonly failed: number;
}

export interface WatchLimits {
  /** Over so many minutes sums are compared: clocks differ, and a call ends in another minute than it began. */
  readonly minutes: number;
  /** So much more on one side is no news: a share of the calls, and a number of them. */
  readonly tolerance: { readonly share: number; readonly calls: number };
}

export const watchLimits: WatchLimits = { minutes: 10, tolerance: { share: 0.02, calls: 5 } };

export type WatchVerdict =
  | { readonly kind: 'quiet' }
  /** More lines than calls: somebody else writes into the log group. */
  | { readonly kind: 'forging'; readonly lines: number; readonly calls: number }
  /** More calls than lines: what is not metered cannot be stopped. */
  | { readonly kind: 'blind'; readonly lines: number; readonly calls: number }
  | { readonly kind: 'delivery-failed'; readonly failed: number };

/**
 * What the last minutes say. The newest counters are not complete, so the caller leaves minutes out that are younger than
 * counters are late.
 */
export function watch(minutes: readonly MinuteCounts[], limits: WatchLimits = watchLimits): WatchVerdict[] {
  const recent = minutes.toSorted((a, b) => (a.minute < b.minute ? -1 : 1)).slice(-limits.minutes);
  const total = (count: (minute: MinuteCounts) => number) =>
    recent.reduce((sum, each) => sum + count(each), 0);
  const [lines, calls] = [total((each) => each.lines), total((each) => each.calls)];
  const failed = total((each) => each.failed);
  const slack = Math.max(limits.tolerance.calls, limits.tolerance.share * calls);
  const verdicts: WatchVerdict[] = [
    ...(lines > calls + slack ? [{ kind: 'forging' as const, lines, calls }] : []),
    ...(calls > lines + slack ? [{ kind: 'blind' as const, lines, calls }] : []),
    ...(failed > 0 ? [{ kind: 'delivery-failed' as const, failed }] : []),
  ];
  return verdicts.length > 0 ? verdicts : [{ kind: 'quiet' }];
}
