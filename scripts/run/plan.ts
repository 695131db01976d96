import type { BudgetSpec, Settings } from '../../lambda/domain/settings.ts';
import type { BedrockCall } from '../local/aws/bedrock-call.ts';
import type { NewJob } from '../local/aws/bedrock-jobs.ts';
import type { DeliveryOptions } from '../local/stack.ts';

export type Channel = 'cloudwatch' | 's3';

/** A usage event as an application puts it on the bus; its detail may be anything. */
export interface PlannedEvent {
  readonly source: string;
  readonly detail?: unknown;
}

/** A call of the IAM API by someone of the account; which fields go with it is the API's to say. */
export interface IamAct {
  readonly as: string;
  readonly action: string;
  readonly user?: string | undefined;
  readonly role?: string | undefined;
  readonly policy?: string | undefined;
  readonly version?: string | undefined;
  readonly name?: string | undefined;
  readonly document?: Readonly<Record<string, unknown>> | undefined;
  readonly key?: string | undefined;
  readonly status?: string | undefined;
  readonly path?: string | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** What someone did by the front door or by IAM, and how it was answered. */
export interface ActResult {
  readonly at: string;
  readonly as: string;
  /** The action of the override, of the approval or of IAM. */
  readonly action: string;
  /** As HTTP has it: 403 where it is not allowed. */
  readonly status: number;
  readonly answer: unknown;
}

/** One thing to do on the local stack; all but `advance` happen while the clock stands still. */
export type ScenarioStep =
  | {
      readonly kind: 'deliver';
      readonly via: Channel;
      /** Lines as a log has them, bad ones included. */
      readonly lines: readonly string[];
      /** So many deliveries of the same lines. */
      readonly times: number;
      /** Who wrote them, and what Bedrock keeps of them. @default Bedrock, and its copy */
      readonly options?: DeliveryOptions | undefined;
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
  | {
      readonly kind: 'override';
      /** Input of the override machine. */
      readonly request: Readonly<Record<string, string>>;
      /** Who sends it to the front door; if absent, the machine is started directly. */
      readonly verifiedAs?: string | undefined;
    }
  | {
      readonly kind: 'approve';
      readonly as: string;
      readonly action: 'approve' | 'reject';
      readonly reason: string;
      readonly execution: string;
    }
  | ({ readonly kind: 'iam' } & IamAct)
  | ({ readonly kind: 'invoke' } & BedrockCall);

/** A user or role that exists from the start. */
export interface PlannedPrincipal {
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly path?: string | undefined;
  readonly policies?: readonly Readonly<Record<string, unknown>>[] | undefined;
  readonly apiKeys?:
    | readonly {
        readonly name: string;
        readonly status?: 'Active' | 'Inactive' | undefined;
        readonly ageDays?: number | undefined;
      }[]
    | undefined;
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
  /** Batch jobs that run in the account from the start. */
  readonly jobs?: readonly NewJob[];
  /** Whether what log lines claim is proven: lines of files are taken as Bedrock's. @default true */
  readonly proofs?: boolean;
  readonly steps: readonly ScenarioStep[];
  /** What never reached ingest because its place in the bucket says what it is. */
  readonly passedBy?: { readonly sidecar: number; readonly notice: number };
}

/** The account and region that run where no record tells any. */
export const defaultPlace = { account: '111122223333', region: 'us-east-1' } as const;
