import type { Medium } from './media.ts';

/** Tokens of one call. Input is net of the cache (facts of the invocation log: never subtract). */
export interface Usage {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  /** Cache writes whose class the record tells. */
  readonly cacheWrite: { readonly '5m': number; readonly '1h': number; readonly '30m': number };
  /** Cache writes whose class the record does not tell; priced by an assumption and flagged. */
  readonly cacheWriteUnclassified: number;
  /** Images made, or pictures that an embedding is of, where the record tells. */
  readonly images?: number;
  /**
   * Size and quality of those images, where a body tells: `512-standard`, `1024-standard`, `2048-premium`; `?-standard`
   * for an edit of unknown size.
   */
  readonly imageClass?: string;
  /** Their number is what the request asked for; no answer tells what was made. */
  readonly imagesAsked?: true;
  /** Video made, where the record tells: its length, and its height in lines. */
  readonly video?: { readonly milliseconds: number; readonly height?: number };
  /** Documents that a ranking call was given, where the request's body tells. */
  readonly documents?: number;
  /** Searches that the answer of a ranking call says are billed. */
  readonly searches?: number;
  /** Media that went in and came out, as far as bodies show, of models that are priced by them. */
  readonly media?: readonly Medium[];
  /** Requests of tools that the service ran inside the call, by the tool's name. */
  readonly tools?: Readonly<Record<string, number>>;
  /** The request asked for this class of the cache, and nothing tells which class the write was. */
  readonly cacheWriteAsked?: '1h';
  /** Prompt tokens of attempts that were declined, which are not in the counts above. */
  readonly declined?: number;
}

/** One model call as its record tells it: envelope facts only, never a body. */
export interface Invocation {
  readonly requestId: string;
  /** Start of the call, ISO 8601 UTC as the record has it, checked. */
  readonly timestamp: string;
  readonly account: string;
  /** Region that was called: it prices the call. */
  readonly region: string;
  readonly operation: string;
  /** The caller's spelling: id, profile id or ARN. */
  readonly modelId: string;
  readonly identityArn: string | undefined;
  /** Absent where neither envelope nor body tells any count. */
  readonly usage: Usage | undefined;
  /** A guardrail refused the input: the model was never asked. */
  readonly guardrailBlockedInput: boolean;
  /** Model that answered, as the response names it; resolves an opaque name when no mapping does. */
  readonly bodyModel: string | undefined;
  /** Tier that the call was served in, where the response tells one other than the standard one. */
  readonly tier?: string;
  /** What guardrails assessed, by policy as the price book names it, where the response's trace tells. */
  readonly guardrailUnits?: Readonly<Record<string, number>>;
  /** What the caller said of the call, of the configured keys only; never decides anything. */
  readonly labels?: Readonly<Record<string, string>>;
  /** What a reader of the ledger should know: see `invocationFlags`. */
  readonly flags: readonly string[];
}

/** What a record can be flagged with. */
export const invocationFlags = {
  failedWithUsage: 'failed-with-usage',
  usageFromBody: 'usage-from-body',
  /** The record tells the output but not (all of) the input, or the other way round: the price says so. */
  inputUncounted: 'input-uncounted',
  outputUncounted: 'output-uncounted',
  /** OpenAI's streams were seen to count cached tokens twice: the cost may be too high. */
  inputMayIncludeCache: 'input-may-include-cache',
  /** The parts of a usage (passes, attempts) prove more than stands above them: what they prove is charged. */
  usageFromParts: 'usage-from-parts',
  /** An attempt was declined before it wrote anything: its tokens are not charged. */
  attemptDeclined: 'attempt-declined',
  /** The response's body counts otherwise than the record around it, whose counts are charged. */
  bodyContradicts: 'body-contradicts-envelope',
} as const;

export type IgnoredReason = 'failed' | 'throttled' | 'notice' | 'control' | 'sidecar';

/** Each input line ends as exactly one of these. */
export type LineReading =
  | { readonly kind: 'invocation'; readonly invocation: Invocation }
  | { readonly kind: 'ignored'; readonly reason: IgnoredReason }
  | { readonly kind: 'quarantined'; readonly reason: string };
