import type { LoggingConfig } from '../../../lambda/domain/logging/logging-config.ts';

/** A long run writes more than anyone reads again. */
const eventsKept = 5_000;

export interface StoredLogEvent {
  readonly id: string;
  readonly stream: string;
  readonly timestamp: number;
  readonly message: string;
}

export interface LoggingRegionStart {
  /** @default logging is off */
  readonly logging?: LoggingConfig;
  /** Log groups of others, each with the names of its subscription filters. */
  readonly logGroups?: Readonly<Record<string, readonly string[]>>;
  /** Buckets of others, and whether they tell EventBridge of their objects. */
  readonly buckets?: Readonly<Record<string, boolean>>;
}

/** What all stages in one Region of an account share: Bedrock's one logging configuration, log groups, buckets, rules. */
export class LoggingRegion {
  /** In the shape of Bedrock's API; undefined where logging is off. */
  logging: LoggingConfig | undefined;
  /** Subscription filters by log group: name → destination. */
  readonly logGroups: Map<string, Map<string, string>>;
  /** Whether each tells EventBridge. */
  readonly buckets: Map<string, boolean>;
  /** What was written to each log group, oldest first, as far back as anyone here asks. */
  readonly #events = new Map<string, StoredLogEvent[]>();
  /** Event patterns of all stages' rules on the default bus, by name. */
  readonly rules = new Map<string, string>();

  constructor({ logging, logGroups = {}, buckets = {} }: LoggingRegionStart = {}) {
    this.logging = logging;
    this.logGroups = new Map(
      Object.entries(logGroups).map(([name, filters]) => [
        name,
        new Map(
          filters.map((filter) => [filter, `arn:aws:lambda:us-east-1:111122223333:function:${filter}`]),
        ),
      ]),
    );
    this.buckets = new Map(Object.entries(buckets));
  }

  keepEvents(logGroup: string, events: readonly StoredLogEvent[]): void {
    const kept = this.#events.get(logGroup) ?? [];
    this.#events.set(logGroup, kept);
    kept.push(...events);
    // Now and then, because shortening it at each delivery would cost more than it saves.
    if (kept.length > 2 * eventsKept) kept.splice(0, kept.length - eventsKept);
  }

  eventsOf(logGroup: string): readonly StoredLogEvent[] {
    return this.#events.get(logGroup) ?? [];
  }
}
