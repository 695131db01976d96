import fc from 'fast-check';
import type { Invocation } from '../../../lambda/domain/metering/invocation.ts';
import { parseUsd } from '../../../lambda/domain/money.ts';
import { charge } from '../../../lambda/domain/pricing/charge.ts';
import { priceBook } from '../../../lambda/domain/pricing/price-book.ts';
import { call, usageOf } from './invocation-builder.ts';

const priceOf = (overrides: Partial<Invocation>, profiles: Record<string, string> = {}) =>
  charge(call(overrides), { profiles });
const million = 1_000_000;

describe('a cache write', () => {
  it('of unknown class costs what the 5-minute class costs, and is flagged', () => {
    expect(priceOf({ usage: usageOf({ cacheWriteUnclassified: million / 10 }) })).toMatchObject({
      cost: parseUsd('0.1375'),
      quality: 'assumed',
      flags: ['cache-write-5m-assumed'],
    });
  });

  it.each([
    ['us.openai.gpt-6-sol', '0.275'],
    ['us.anthropic.claude-sonnet-4-20250514-v1:0', '0.375'],
  ])('of unknown class is no question where %s has one class only', (modelId, usd) => {
    expect(priceOf({ modelId, usage: usageOf({ cacheWriteUnclassified: million / 10 }) })).toMatchObject({
      cost: parseUsd(usd),
      quality: 'priced',
    });
  });

  it('of a class that the model does not list costs twice the input, and is flagged', () => {
    const modelId = 'us.meta.llama3-3-70b-instruct-v1:0';

    expect(priceOf({ modelId, usage: usageOf({ cacheWrite: { '1h': 1000 } }) })).toMatchObject({
      cost: parseUsd('0.00144'),
      quality: 'assumed',
      flags: ['class-unlisted'],
    });
  });

  it('of Nova is free by its list price, which the reason says', () => {
    expect(
      priceOf({ modelId: 'amazon.nova-pro-v1:0', usage: usageOf({ cacheWriteUnclassified: 5000 }) }),
    ).toMatchObject({
      cost: 0n,
      quality: 'free',
      reason: 'the list price of what was used is 0',
    });
  });
});

describe('images', () => {
  const canvas = { modelId: 'amazon.nova-canvas-v1:0', operation: 'InvokeModel' };

  it.each([
    ['1024-standard', '0.08'],
    ['1024-premium', '0.12'],
    ['2048-standard', '0.12'],
    ['2048-premium', '0.16'],
  ])('of class %s are paid by the piece', (imageClass, usd) => {
    expect(priceOf({ ...canvas, usage: usageOf({ images: 2, imageClass }) })).toMatchObject({
      cost: parseUsd(usd),
      quality: 'priced',
    });
  });

  it('of unknown class cost the most expensive one, and are flagged', () => {
    expect(priceOf({ ...canvas, usage: usageOf({ images: 1 }) })).toMatchObject({
      cost: parseUsd('0.08'),
      quality: 'assumed',
      flags: ['image-class-assumed'],
    });
  });

  it('of unknown number are taken for one, and are flagged', () => {
    expect(priceOf({ ...canvas, usage: undefined })).toMatchObject({
      cost: parseUsd('0.08'),
      quality: 'assumed',
      flags: ['image-count-assumed', 'image-class-assumed'],
    });
  });
});

describe('what is free, and why', () => {
  it('is an input that a guardrail blocked, also for an unknown model', () => {
    for (const modelId of ['us.anthropic.claude-sonnet-4-6', 'dummy-model-v1']) {
      expect(priceOf({ modelId, usage: undefined, guardrailBlockedInput: true })).toMatchObject({
        cost: 0n,
        quality: 'free',
        reason: 'a guardrail blocked the input, so the model was not asked',
      });
    }
  });

  it.each(['provisioned-model/abcdefabcdef', 'imported-model/abcdefabcdef'])(
    'is a call to %s',
    (resource) => {
      expect(priceOf({ modelId: `arn:aws:bedrock:us-east-1:012345678901:${resource}` })).toMatchObject({
        cost: 0n,
        quality: 'free',
        reason: 'capacity billed by the hour',
      });
    },
  );

  it('is a call that counts nothing', () => {
    expect(priceOf({ usage: usageOf({}) })).toMatchObject({
      quality: 'free',
      reason: 'the record counts nothing',
    });
  });
});

describe('a ceiling', () => {
  it('prices an unknown model at the most expensive rates of its provider', () => {
    const usage = usageOf({ input: 1000, output: 1000 });

    expect(priceOf({ modelId: 'us.anthropic.claude-next-v1', usage })).toMatchObject({
      // Mythos Preview: 27.50 USD in, 137.50 USD out.
      cost: parseUsd('0.165'),
      quality: 'ceiling',
      model: 'us.anthropic.claude-next-v1',
      flags: ['ceiling'],
    });
  });

  it('prices a model of an unknown provider at the most expensive rates of the whole book', () => {
    const usage = usageOf({
      input: 1000,
      output: 1000,
      cacheRead: 1000,
      cacheWriteUnclassified: 1000,
      images: 1,
    });
    const unknown = priceOf({ modelId: 'dummy-model-v1', usage });

    expect(unknown.quality).toBe('ceiling');
    // What answers in tokens is no maker of pictures and no ranking model.
    const counted = priceBook.models.filter(({ kind }) => kind === 'chat' || kind === 'embedding');
    for (const { id } of counted) {
      expect(unknown.cost).toBeGreaterThanOrEqual(priceOf({ modelId: id, usage }).cost);
    }
  });

  it('stands in for a usage that no record tells: 200,000 tokens in, 16,000 out', () => {
    expect(priceOf({ usage: undefined })).toMatchObject({
      cost: parseUsd('0.308'),
      quality: 'ceiling',
      reason: 'the record does not tell what was used',
    });
  });

  it('stands in for the one count that a record lacks', () => {
    const usage = usageOf({ input: 1000 });

    expect(priceOf({ usage, flags: ['output-uncounted'] })).toMatchObject({
      cost: parseUsd('0.0891'),
      quality: 'ceiling',
    });
    expect(
      priceOf({ modelId: 'amazon.titan-embed-text-v2:0', usage, flags: ['output-uncounted'] }),
    ).toMatchObject({
      cost: 20_000n,
      quality: 'priced',
    });
  });

  it('takes an unknown input for a long one', () => {
    const modelId = 'us.anthropic.claude-haiku-5-5';

    expect(priceOf({ modelId, usage: usageOf({ output: 1000 }), flags: ['input-uncounted'] })).toMatchObject({
      // 200,000 tokens at 0.55 USD a million, and the output as it was counted, at 2.75 in a long context.
      cost: parseUsd('0.11275'),
      quality: 'ceiling',
    });
  });

  it.each([
    'anthropic.claude-opus-4',
    'anthropic.claude-sonnet-4',
    'anthropic.claude-opus-5-5-v9:9',
    'amazon.nova-lite',
    'us.us.amazon.nova-lite-v1:0',
    'AMAZON.NOVA-LITE-V1:0',
    'constructor',
    '__proto__',
    'arn:aws:bedrock:us-east-1:012345678901:custom-model-deployment/abcdefabcdef',
    'arn:aws:bedrock:us-east-1:012345678901:prompt-router/abc',
    'arn:aws:bedrock:us-east-1:012345678901:prompt/ABC:1',
    'arn:aws:sagemaker:us-east-1:012345678901:model/x',
    'p24qm5pye2qr',
  ])('is never nothing: %s', (modelId) => {
    for (const usage of [undefined, usageOf({}), usageOf({ output: 1 })]) {
      const { cost, quality } = priceOf({ modelId, usage });

      expect(quality).toBe('ceiling');
      expect(cost).toBeGreaterThan(0n);
    }
  });

  it('is never nothing for any text as a model', () => {
    fc.assert(
      fc.property(fc.string(), (modelId) => {
        const { cost, quality } = priceOf({ modelId, usage: undefined });

        expect(cost > 0n || quality === 'free').toBe(true);
      }),
    );
  });
});

describe('an application inference profile', () => {
  const arn = 'arn:aws:bedrock:us-east-1:012345678901:application-inference-profile/p24qm5pye2qr';

  it.each([
    ['us.amazon.nova-pro-v1:0', '0.0008'],
    ['global.anthropic.claude-sonnet-4-5-20250929-v1:0', '0.003'],
    ['arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-sonnet-4-5-20250929-v1:0', '0.0033'],
  ])('costs what %s behind it costs', (model, usd) => {
    const usage = usageOf({ input: 1000 });

    expect(priceOf({ modelId: arn, usage }, { [arn]: model })).toMatchObject({
      cost: parseUsd(usd),
      quality: 'priced',
    });
    expect(priceOf({ modelId: 'p24qm5pye2qr', usage }, { [arn]: model }).cost).toBe(parseUsd(usd));
  });

  it('without a mapping is known by the model that answered, at the more expensive scope', () => {
    expect(
      priceOf({ modelId: arn, usage: usageOf({ input: 1000 }), bodyModel: 'claude-sonnet-4-5-20250929' }),
    ).toMatchObject({
      cost: parseUsd('0.0033'),
      quality: 'assumed',
      flags: ['model-from-body', 'profile-unresolved'],
    });
  });

  it('cannot be renamed by the body where the model is known', () => {
    expect(priceOf({ bodyModel: 'claude-3-haiku-20240307' }).cost).toBe(priceOf({}).cost);
  });

  it('that leads nowhere is priced at the ceiling', () => {
    expect(priceOf({ modelId: arn }).quality).toBe('ceiling');
    expect(priceOf({ modelId: arn }, { [arn]: arn }).quality).toBe('ceiling');
    expect(priceOf({ modelId: arn }, { [arn]: 'no.such-model' }).quality).toBe('ceiling');
  });
});

describe('a region or scope that the book does not list', () => {
  it('costs what the most expensive listed region costs, and is flagged', () => {
    const usage = usageOf({ input: 100_000 });

    expect(priceOf({ modelId: 'amazon.nova-pro-v1:0', region: 'xx-new-1', usage })).toMatchObject({
      cost: parseUsd('0.128'),
      quality: 'assumed',
      flags: ['region-unlisted'],
    });
  });

  it('falls back from global to regional, and is flagged', () => {
    expect(priceOf({ modelId: 'global.meta.llama3-3-70b-instruct-v1:0' })).toMatchObject({
      quality: 'assumed',
      flags: ['scope-unlisted'],
    });
  });

  it('flags a context suffix, which on-demand prices do not know', () => {
    expect(priceOf({ modelId: 'anthropic.claude-3-haiku-20240307-v1:0:200k' })).toMatchObject({
      quality: 'assumed',
      flags: ['context-variant'],
    });
  });
});
