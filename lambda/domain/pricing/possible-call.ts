import { type Invocation, invocationFlags, type Usage } from '../metering/invocation.ts';
import { promptTokens } from '../metering/tokens.ts';
import limits from './call-limits.json' with { type: 'json' };
import { modelIdText } from './model-id.ts';
import { type PriceBook, priceBook } from './price-book.ts';
import type { PricedModel } from './price-row.ts';
import { type Profiles, resolveModel } from './resolve-model.ts';

/** The most that one call of a model can hold, in tokens. */
export interface CallLimits {
  /** Of the prompt: input, cache reads and cache writes together. */
  readonly context: number;
  readonly answer: number;
}

/**
 * Of models whose limits nobody told: no model on Bedrock is published with more. What such a call costs at most is still
 * an amount that a person can owe.
 */
export const unknownLimits: CallLimits = { context: 10_000_000, answer: 2_000_000 };

/** Passes that one response may report as parts of its usage, such as those of server-side compaction: a generous bound. */
const mostPasses = 64;

/** What is not counted in tokens. The services take far fewer: these bound nonsense, not use. */
const pieceLimits = { images: 100, videoSeconds: 4 * 3_600, documents: 10_000 };

const byModel: ReadonlyMap<string, CallLimits> = new Map(
  Object.entries(limits.models).map(([id, [context = 0, answer = 0]]) => [id, { context, answer }]),
);

/**
 * Context and longest answer of a model of the price book, by the makers' and AWS's model cards; the larger figure where
 * sources differ or a beta allows more. A customized model has those of its base.
 */
export function limitsOf({ id }: Pick<PricedModel, 'id'>): CallLimits {
  return byModel.get(id) ?? byModel.get(id.replace(/ \(custom\)$/, '')) ?? unknownLimits;
}

/**
 * Why no model could have made such a call, in a few words; undefined where it is possible. A claim that says so was
 * written by somebody else than Bedrock. What the record does not count is always possible.
 */
export function whyImpossible(
  invocation: Invocation,
  profiles: Profiles,
  book: PriceBook = priceBook,
): string | undefined {
  const { usage } = invocation;
  if (usage === undefined) return undefined;
  const resolved = resolveModel(invocation, profiles, book);
  const name = resolved.kind === 'priced' ? resolved.model.id : modelIdText(invocation.modelId);
  const most = resolved.kind === 'priced' ? limitsOf(resolved.model) : unknownLimits;
  // A usage that is the sum of several passes may hold more than one context does.
  const passes = invocation.flags.includes(invocationFlags.usageFromParts) ? mostPasses : 1;
  return beyond(usage, { context: most.context * passes, answer: most.answer * passes }, name);
}

/** Whether a model could have made such a call: see `whyImpossible`. */
export function isPossibleCall(invocation: Invocation, profiles: Profiles, book?: PriceBook): boolean {
  return whyImpossible(invocation, profiles, book) === undefined;
}

function beyond(usage: Usage, { context, answer }: CallLimits, name: string): string | undefined {
  const { images = 0, video, documents = 0 } = usage;
  const counts: readonly (readonly [number, number, string])[] = [
    [promptTokens(usage), context, 'tokens of input'],
    [usage.output, answer, 'tokens of output'],
    [images, pieceLimits.images, 'images'],
    [(video?.milliseconds ?? 0) / 1000, pieceLimits.videoSeconds, 'seconds of video'],
    [documents, pieceLimits.documents, 'documents'],
  ];
  const [over] = counts.filter(([counted, most]) => counted > most);
  return over && `${over[0]} ${over[2]} are more than the ${over[1]} that a call of ${name} can hold`;
}
