import type { Access } from '../../../lambda/domain/control/access.ts';
import type { LoggingConfig } from '../../../lambda/domain/logging/logging-config.ts';
import type { Seen } from './finding.ts';
import type { Tamperer } from './tamperers.ts';

/** Everything that the checks after a deployment judge, as it was found. */
export interface DeployedFacts {
  readonly now: Date;
  readonly stage: string;
  readonly mode: 'enforce' | 'shadow';
  /** Teams that the settings give another mode than the stage's. */
  readonly otherModes: readonly string[];
  /** Who paused enforcement, if someone did. */
  readonly paused: Seen<string | undefined>;
  /** Status by the stack's name; undefined where it is missing. */
  readonly stacks: Seen<Readonly<Record<string, string | undefined>>>;
  /** By table, queue, …: whether it answers. */
  readonly parts: Seen<Readonly<Record<string, boolean>>>;
  readonly logging: Seen<LoggingConfig | undefined>;
  readonly logGroup: string;
  /** ARNs of the functions that the log group feeds; undefined where there is no such group. */
  readonly subscribers: Seen<readonly string[] | undefined>;
  /** Whether the bucket that is read tells EventBridge. */
  readonly announces: Seen<boolean | undefined>;
  readonly topics: Seen<
    readonly { readonly name: string; readonly confirmed: number; readonly pending: number }[]
  >;
  readonly rules: Seen<
    readonly {
      readonly name: string;
      readonly schedule: string;
      readonly enabled: boolean;
      /** The bucket whose objects it tells of. */
      readonly bucket?: string | undefined;
    }[]
  >;
  /** Names of the rules that this code deploys. */
  readonly wantedRules: readonly string[];
  readonly queues: Seen<{ readonly waiting: number; readonly deadLetters: number }>;
  /** In seconds, the worst of the last quarter of an hour; undefined where nothing was measured. */
  readonly lag: Seen<Readonly<Record<string, number | undefined>>>;
  readonly alarms: Seen<readonly string[]>;
  /** Hash of what is deployed, and of what this code would deploy. */
  readonly policies: Seen<Readonly<Record<string, { readonly found: string; readonly expected: string }>>>;
  /** Who carries a deny of ours in IAM, and who should. */
  readonly denies: Seen<{ readonly carried: readonly string[]; readonly wanted: readonly string[] }>;
  /** Principals whose enforcement did not work, with the reason. */
  readonly troubled: Seen<
    readonly { readonly subject: string; readonly access: Access; readonly why: string }[]
  >;
  /** Who could tamper with the stage today. */
  readonly tamperers: Seen<readonly Tamperer[]>;
  /** UTC day of the price book. */
  readonly pricesOf: string;
}
