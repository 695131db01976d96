import type { Access } from '../../lambda/domain/control/access.ts';
import type { Cause } from '../../lambda/domain/control/cause.ts';
import type { IngestCounts } from '../../lambda/domain/metering/ingest-counts.ts';
import type { BedrockCall } from '../local/aws/bedrock-call.ts';

/** What a run of the local stack comes to, as `--json` prints it; the keys of the published contract and a few more. */
export interface RunResult {
  /** Where the clock stood at the end. */
  readonly at: string;
  readonly principals: Readonly<Record<string, PrincipalResult>>;
  /** Roles whose sessions pay: the budget of all sessions of each together. */
  readonly roles: Readonly<Record<string, PrincipalResult>>;
  readonly teams: Readonly<Record<string, TeamResult>>;
  readonly account: BudgetResult & { readonly halted: boolean; readonly paused: boolean };
  readonly invocations: readonly InvocationResult[];
  readonly executions: readonly ExecutionResult[];
  readonly audit: readonly AuditResult[];
  /** What became of lines that only claim to be Bedrock's. */
  readonly evidence: EvidenceResult;
  readonly ingest: IngestCounts & {
    readonly assumed: AssumedResult;
    readonly guardrails: GuardrailResult;
  };
  /** What became of custom usage events. */
  readonly usage: UsageResult;
  /** What workflows reported, beside crossed thresholds. */
  readonly notices: readonly NoticeResult[];
  /** Where unreadable lines stand, and why they could not be posted: never what is in them. */
  readonly quarantine: readonly { readonly source: string; readonly reason: string }[];
  /** Messages that went out, in their order. */
  readonly messages: readonly MessageResult[];
  /** Calls of the system's own functions that their IAM roles do not allow: each is a fault of the deployment. */
  readonly refusals: readonly string[];
  /** Balances that are not the sum of their requests, and audit chains that do not hold: none, unless something broke. */
  readonly faults: readonly string[];
  /** What was posted, by payer and model, most expensive first. */
  readonly spend: readonly SpendResult[];
}

export interface EvidenceResult {
  /** All calls before are proven; ISO 8601 UTC. */
  readonly provenThrough: string;
  readonly disproved: number;
  /** Nine decimals. */
  readonly disprovedUsd: string;
  /** Entries that Bedrock's copy changed. */
  readonly corrected: number;
  /** Claims that said something else than Bedrock's copy. */
  readonly conflicts: number;
}

/** Posted calls whose price rests on an assumption, and what more they would cost at worst. */
export interface AssumedResult {
  readonly count: number;
  /** Nine decimals. */
  readonly worstCaseUsd: string;
}

/** What guardrails assessed in posted calls, where a response's trace tells, and whether budgets were charged for it. */
export interface GuardrailResult {
  readonly calls: number;
  /** Nine decimals. */
  readonly usd: string;
  readonly counted: boolean;
}

/** Every usage event is counted in exactly one of these. */
export interface UsageResult {
  readonly posted: number;
  readonly duplicates: number;
  readonly refused: number;
}

export interface WindowResult {
  /** Nine decimals. */
  readonly spentUsd: string;
  /** The limit in force, as it was written; null where the budget has none for such a window. */
  readonly limitUsd: string | null;
  readonly requests: number;
  /** The part that is priced at a ceiling; for teams and the account it is not in `spentUsd`. */
  readonly ceilingUsd?: string;
  /** What of `ceilingUsd` is not in `spentUsd` yet, because admins have time to price it. */
  readonly heldBackUsd?: string;
  /** What untrusted sources reported: shown, and in no other figure. */
  readonly untrustedUsd?: string;
}

export interface BudgetResult {
  readonly windows: Readonly<Record<string, WindowResult>>;
  readonly alerts: readonly { readonly threshold: string; readonly window: string; readonly at: string }[];
  /** How the longest window goes on; only once there are days enough to tell, and while its limit is not reached. */
  readonly forecast?: ForecastResult;
}

export interface ForecastResult {
  readonly window: string;
  /** What will have been spent at its end. Nine decimals. */
  readonly projectedUsd: string;
  /** ISO 8601 UTC; null where the limit is not reached in this window. */
  readonly runsOutAt: string | null;
}

export interface PrincipalResult extends BudgetResult {
  readonly access: Access;
  readonly causes: readonly Cause[];
  /** Why nothing of ours can bite, or what failed. */
  readonly reason?: string;
}

export interface TeamResult extends BudgetResult {
  readonly exhausted: boolean;
}

export interface InvocationResult extends BedrockCall {
  readonly decision: 'allowed' | 'denied';
  readonly because: string;
  /** When it was asked. */
  readonly at: string;
}

export interface ExecutionResult {
  readonly stateMachine: string;
  readonly status: string;
  readonly name: string;
  readonly subject: string;
  readonly cause: string;
}

export interface AuditResult {
  readonly at: string;
  readonly subject: string;
  readonly action: string;
  readonly actor: string;
  readonly reason: string;
  readonly before: string;
  readonly after: string;
  readonly version: number;
  readonly cause?: string | undefined;
  readonly window?: string | undefined;
  readonly execution?: string | undefined;
  readonly inputs?: Readonly<Record<string, string>> | undefined;
}

export interface NoticeResult {
  readonly at: string;
  readonly subject: string;
  readonly notice: string;
  readonly window: string;
  readonly detail?: string | undefined;
}

export interface MessageResult {
  readonly topic: string;
  readonly subject: string;
  readonly body: string;
}

export interface SpendResult {
  readonly principal: string;
  readonly model: string;
  readonly requests: number;
  readonly spentUsd: string;
  /** How many of the requests are priced at a ceiling, because their model or usage is not known. */
  readonly atCeiling: number;
}
