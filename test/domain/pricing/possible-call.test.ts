import fc from 'fast-check';
import type { Usage } from '../../../lambda/domain/metering/invocation.ts';
import { promptTokens } from '../../../lambda/domain/metering/tokens.ts';
import limits from '../../../lambda/domain/pricing/call-limits.json' with { type: 'json' };
import {
  isPossibleCall,
  limitsOf,
  unknownLimits,
  whyImpossible,
} from '../../../lambda/domain/pricing/possible-call.ts';
import { priceBook } from '../../../lambda/domain/pricing/price-book.ts';
import { call, usageOf } from './invocation-builder.ts';

const haiku = 'us.anthropic.claude-haiku-4-5-20251001-v1:0';
const why = (modelId: string, usage: Parameters<typeof usageOf>[0]) =>
  whyImpossible(call({ modelId, usage: usageOf(usage) }), {});

describe('a call whose counts are possible', () => {
  it.each([
    ['an empty one', haiku, {}],
    ['a full context and the longest answer', haiku, { input: 200_000, output: 64_000 }],
    ['a full context out of the cache', haiku, { cacheRead: 150_000, cacheWriteUnclassified: 50_000 }],
    [
      'a million tokens in the beta of Sonnet 4.5',
      'anthropic.claude-sonnet-4-5-20250929-v1:0',
      { input: 1_000_000 },
    ],
    ['much, to a model that nobody knows', 'nobody.knows-v9:0', { input: 9_000_000, output: 1_000_000 }],
    ['five pictures', 'amazon.nova-canvas-v1:0', { images: 5 }],
    ['a thousand documents', 'cohere.rerank-v3-5:0', { documents: 1_000 }],
  ])('is %s', (_, modelId, usage) => {
    expect(why(modelId, usage)).toBeUndefined();
  });

  it('is one that counts nothing', () => {
    expect(isPossibleCall(call({ usage: undefined }), {})).toBe(true);
  });
});

describe('a call that no model could make', () => {
  it.each([
    [haiku, { input: 200_001 }, 'than the 200000 that a call of anthropic.claude-haiku-4-5'],
    [haiku, { input: 150_000, cacheRead: 50_001 }, '200001 tokens of input'],
    [haiku, { output: 64_001 }, '64001 tokens of output'],
    ['nobody.knows-v9:0', { input: 1_100_000_000 }, '1100000000 tokens of input'],
    ['nobody.knows-v9:0', { output: 2_000_001 }, 'tokens of output'],
    ['amazon.nova-canvas-v1:0', { images: 1_000_000 }, 'images'],
    ['amazon.nova-reel-v1:1', { video: { milliseconds: 1e9 } }, 'seconds of video'],
    ['cohere.rerank-v3-5:0', { documents: 1_000_000 }, 'documents'],
  ])('of %s with %j is told with the figure', (modelId, usage, text) => {
    expect(why(modelId, usage)).toContain(text);
  });

  it('is held to the model behind an application profile', () => {
    const modelId = 'arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abcdefghijkl';
    const invocation = call({ modelId, usage: usageOf({ input: 300_000 }) });

    expect(isPossibleCall(invocation, { [modelId]: haiku })).toBe(false);
    expect(isPossibleCall(invocation, {})).toBe(true);
  });
});

it('more of anything never makes a call possible, and whatever fits is possible', () => {
  const count = fc.integer({ min: 0, max: 20_000_000 });
  const model = fc.constantFrom(...priceBook.models);
  fc.assert(
    fc.property(model, count, count, count, count, (model, input, output, cacheRead, more) => {
      const of = (usage: Usage) => isPossibleCall(call({ modelId: model.id, usage }), {});
      const usage = usageOf({ input, output, cacheRead });
      const { context, answer } = limitsOf(model);

      expect(of(usage)).toBe(promptTokens(usage) <= context && output <= answer);
      expect(of({ ...usage, input: input + more }) && !of(usage)).toBe(false);
    }),
  );
});

describe('the column of limits', () => {
  it('names every chat model of the book, and no model that the book lacks', () => {
    const chat = priceBook.models.filter(({ kind }) => kind === 'chat');

    expect(chat.filter((model) => limitsOf(model) === unknownLimits).map(({ id }) => id)).toEqual([]);
    expect(Object.keys(limits.models).filter((id) => priceBook.find(id) === undefined)).toEqual([]);
  });

  it('never holds less than a long context needs to be one', () => {
    const starts = priceBook.models.flatMap((model) =>
      model.rows.flatMap(({ longContext }) => (longContext ? [[model, longContext.above] as const] : [])),
    );

    expect(starts.filter(([model, above]) => limitsOf(model).context <= above)).toEqual([]);
  });

  it('is never above what is taken for a model that nobody knows', () => {
    const all = priceBook.models.map(limitsOf);

    expect(Math.max(...all.map(({ context }) => context))).toBeLessThanOrEqual(unknownLimits.context);
    expect(Math.max(...all.map(({ answer }) => answer))).toBeLessThanOrEqual(unknownLimits.answer);
  });
});
