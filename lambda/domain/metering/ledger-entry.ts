import type { Evidence } from '../evidence/grade.ts';
import type { NanoUsd } from '../money.ts';
import type { Usage } from './invocation.ts';

/**
 * How well the price of an entry is known: `priced` to the nano-dollar, `assumed` (priced with a stated assumption),
 * `ceiling` (unknown model or usage: a visible upper bound), `free` (nothing is owed, the reason says why).
 */
export type PriceQuality = 'priced' | 'assumed' | 'ceiling' | 'free';

/** What one call costs, and why. */
export interface Charge {
  readonly cost: NanoUsd;
  readonly quality: PriceQuality;
  /** Why free or why at the ceiling; undefined for a plain price. */
  readonly reason: string | undefined;
  readonly flags: readonly string[];
  /** Model the price belongs to, as the price book names it, or the caller's spelling where it is unknown. */
  readonly model: string;
  /** Version of the price book that was used. */
  readonly book: string;
  /** What the list price was multiplied by, where prices are negotiated: an exact decimal. */
  readonly multiplier?: string;
  /** What guardrails cost for this call, where the trace tells; in `cost` only where the settings count it. */
  readonly guardrail?: NanoUsd;
  /**
   * Of a ceiling that nothing bounds, nano-USD: what the call cost at least. This much counts at once, the rest once an
   * admin had the time to price it. Absent where the whole ceiling counts at once.
   */
  readonly floor?: NanoUsd;
  /** What more it would cost if what had to be assumed were the most expensive case; absent where that is nothing. */
  readonly worstCase?: NanoUsd;
}

/** Where a request stands in the ledger: a function of its record alone. */
export interface LedgerKey {
  readonly pk: string;
  readonly sk: string;
}

/** One posted request: who pays how much for what, in which windows. */
export interface LedgerEntry {
  readonly key: LedgerKey;
  /** The delivery that brought it: tells a repeated attempt of the same delivery from a second copy. */
  readonly delivery: string;
  readonly requestId: string;
  readonly timestamp: string;
  readonly account: string;
  readonly region: string;
  readonly operation: string;
  readonly modelId: string;
  /** What the application profile in `modelId` stood for when this was posted, spelt as a caller could have. */
  readonly behind?: string | undefined;
  readonly principal: string;
  /** Of a session: its role, whose budget it counts against beside its own. */
  readonly role?: string | undefined;
  readonly team: string | undefined;
  readonly usage: Usage | undefined;
  /** What else of the record a price may hang on, kept so that the entry can be priced again. */
  readonly bodyModel: string | undefined;
  readonly tier?: string | undefined;
  readonly guardrailUnits?: Readonly<Record<string, number>> | undefined;
  readonly recordFlags: readonly string[];
  /** What the caller said of the call, of the configured keys only. Never decides who pays. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly charge: Charge;
  /** How well it is known that the call happened; absent, from before grades were kept, is a claim. */
  readonly evidence?: Evidence | undefined;
  /** Of a claim: where its line stands, the event's id alone where that is in Bedrock's own log stream. */
  readonly pointer?: string | undefined;
  /** Posted so late that it counts in no pace. */
  readonly late?: true | undefined;
  /** What it was charged when it was posted, where that was corrected since. */
  readonly repricedFrom?: Pick<Charge, 'cost' | 'quality' | 'book'> | undefined;
  /** Windows of each budget that covers the request; only these balances grow. */
  readonly windows: {
    readonly principal: readonly string[];
    readonly role?: readonly string[];
    readonly team: readonly string[];
    readonly account: readonly string[];
  };
}
