import type { BudgetSpec, Settings } from '../../lambda/contracts/settings.ts';

/** Thrown for input that cannot be run: one sentence a line, each naming the file and the step or field. */
export class InputError extends Error {
  override name = 'InputError';
}

export type Channel = 'cloudwatch' | 's3';

/** Whether a call would be let through, were it made now. */
export interface InvokeCheck {
  readonly identityArn: string;
  readonly modelId: string;
  readonly region: string;
  readonly action?: string | undefined;
}

/** A usage event as an application puts it on the bus; its detail may be anything. */
export interface PlannedEvent {
  readonly source: string;
  readonly detail?: unknown;
}

/** One thing to do on the local stack; all but `advance` happen while the clock stands still. */
export type Step =
  | {
      readonly kind: 'deliver';
      readonly via: Channel;
      /** Lines as a log has them, bad ones included. */
      readonly lines: readonly string[];
      /** So many deliveries of the same lines. */
      readonly times: number;
    }
  | { readonly kind: 'report'; readonly events: readonly PlannedEvent[]; readonly times: number }
  | { readonly kind: 'settle' }
  | { readonly kind: 'advance'; readonly to: Date }
  | {
      readonly kind: 'setBudget';
      readonly subject: string;
      readonly spec: BudgetSpec;
      readonly reason: string;
    }
  | { readonly kind: 'pause'; readonly paused: boolean; readonly actor: string; readonly reason: string }
  | ({ readonly kind: 'invoke' } & InvokeCheck);

/** A user or role that exists from the start. */
export interface PlannedPrincipal {
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly path?: string | undefined;
  readonly policies?: readonly Readonly<Record<string, unknown>>[] | undefined;
}

/** A whole run of the local stack: what scenario files, logs and the story come down to. */
export interface Plan {
  /** Where the clock starts. */
  readonly now: Date;
  readonly account: string;
  readonly region: string;
  readonly settings: Settings;
  readonly principals: Readonly<Record<string, PlannedPrincipal>>;
  /** Application inference profiles that exist in the account, by ARN: what each was copied from. */
  readonly profiles?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
  /** What never reached ingest because its place in the bucket says what it is. */
  readonly passedBy?: { readonly sidecar: number; readonly notice: number };
}

/** The account and region that run where no record tells any. */
export const defaultPlace = { account: '111122223333', region: 'us-east-1' } as const;
