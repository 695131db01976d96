import fc from 'fast-check';
import type { Invocation } from '../../../lambda/domain/metering/invocation.ts';
import { parseUsd } from '../../../lambda/domain/money.ts';
import { type ChargeOptions, charge } from '../../../lambda/domain/pricing/charge.ts';
import { priceBook } from '../../../lambda/domain/pricing/price-book.ts';
import { call, usageOf } from './invocation-builder.ts';

const priceOf = (overrides: Partial<Invocation>, options: Partial<ChargeOptions> = {}) =>
  charge(call(overrides), { profiles: {}, ...options });
const arn = (resource: string) => `arn:aws:bedrock:us-east-1:012345678901:${resource}`;
const million = usageOf({ input: 1_000_000, output: 1_000_000 });

describe('the tier that a call was served in', () => {
  it.each([
    ['openai.gpt-oss-120b-1:0', 'us-east-1', 'flex', '0.375'],
    ['openai.gpt-oss-120b-1:0', 'us-east-1', 'priority', '1.3125'],
    ['global.amazon.nova-2-lite-v1:0', 'us-east-1', 'flex', '1.4'],
    ['us.amazon.nova-pro-v1:0', 'us-east-2', 'latency-optimized', '5'],
    ['us.anthropic.claude-3-5-haiku-20241022-v1:0', 'us-east-2', 'latency-optimized', '6'],
    ['us.meta.llama3-1-70b-instruct-v1:0', 'us-east-2', 'latency-optimized', '1.8'],
  ])('prices %s in %s in %s: %3$s USD', (modelId, region, tier, usd) => {
    expect(priceOf({ modelId, region, tier, usage: million })).toMatchObject({
      cost: parseUsd(usd),
      quality: 'priced',
      flags: [`served-${tier}`],
    });
  });

  it('prices what the cache served and took, too', () => {
    const usage = usageOf({ cacheRead: 1_000_000 });

    expect(priceOf({ modelId: 'us.moonshotai.kimi-k3', tier: 'flex', usage }).cost).toBe(parseUsd('0.165'));
  });

  it('is exact beside a negotiated multiplier: both are applied before the one rounding', () => {
    const prices = { multipliers: { openai: '0.333333333' } };
    const usage = usageOf({ input: 7, output: 3 });
    const charged = priceOf({ modelId: 'openai.gpt-oss-20b-1:0', tier: 'flex', usage }, { prices });

    // (7 × 0.07 + 3 × 0.30) / 1e6 × 0.5 × 0.333333333 = 231.6666… nano-dollars
    expect(charged.cost).toBe(232n);
  });

  it.each([
    ['flex', '2'],
    ['turbo', '2'],
    ['priority', '3.5'],
  ])('%s, which no list sells the model in, is no discount, and is flagged', (tier, usd) => {
    const modelId = 'global.anthropic.claude-sonnet-5';
    const charged = priceOf({ modelId, tier, usage: usageOf({ input: 1_000_000 }) });

    expect(charged).toMatchObject({ cost: parseUsd(usd), quality: 'assumed' });
    expect(charged.flags).toEqual([`served-${tier}`, 'tier-unlisted']);
  });

  it('costs nothing by the token where it is reserved capacity', () => {
    expect(priceOf({ tier: 'reserved' })).toMatchObject({
      cost: 0n,
      quality: 'free',
      reason: expect.stringContaining('hour'),
    });
  });

  it('never makes an upper bound less, and makes it more where it is more expensive', () => {
    const unknown = { modelId: 'anthropic.claude-next', usage: million };
    const bound = priceOf(unknown).cost;

    expect(priceOf({ ...unknown, tier: 'flex' }).cost).toBe(bound);
    expect(priceOf({ ...unknown, tier: 'priority' }).cost).toBe((bound * 7n) / 4n);
    expect(priceOf({ usage: undefined, tier: 'priority' }).cost).toBe(
      (priceOf({ usage: undefined }).cost * 7n) / 4n,
    );
  });

  it('chooses among negotiated rates, and adds nothing to one of its own', () => {
    const rates = { input: '1', output: '2', cacheRead: '0.1' };
    const model = 'xai.grok-4.6';
    const overrides = [
      { model, usdPerMillion: rates, unusual: 'a test' },
      {
        model,
        tier: 'flex' as const,
        from: '2020-01-01',
        usdPerMillion: { ...rates, input: '0.3' },
        unusual: 'a test',
      },
    ];
    const usage = usageOf({ input: 1_000_000 });
    const of = (tier?: string) =>
      priceOf({ modelId: model, usage, ...(tier && { tier }) }, { prices: { multipliers: {}, overrides } })
        .cost;

    expect(of('flex')).toBe(parseUsd('0.3'));
    expect(of('priority')).toBe(parseUsd('1.75'));
  });
});

describe('a video', () => {
  const reel = { modelId: 'amazon.nova-reel-v1:0', operation: 'InvokeModel' };
  const ray = { modelId: 'luma.ray-v2:0', region: 'us-west-2' };

  it.each<[object, object, string, readonly string[]]>([
    [reel, { milliseconds: 6000, height: 720 }, '0.48', []],
    [reel, { milliseconds: 6040, height: 720 }, '0.4832', []],
    [ray, { milliseconds: 5000, height: 540 }, '3.75', []],
    [ray, { milliseconds: 9000, height: 720 }, '13.5', []],
    [ray, { milliseconds: 5000, height: 600 }, '7.5', ['video-class-assumed']],
    [ray, { milliseconds: 5000 }, '7.5', ['video-class-assumed']],
    [ray, { milliseconds: 5000, height: 480 }, '3.75', ['video-class-assumed']],
  ])('of %j as %j costs %s USD', (model, video, usd, flags) => {
    const usage = { ...usageOf({}), video: video as { milliseconds: number } };

    expect(priceOf({ ...model, usage })).toMatchObject({ cost: parseUsd(usd), flags });
  });

  it('says what more it costs where its resolution is none of the list', () => {
    const usage = { ...usageOf({}), video: { milliseconds: 5000, height: 480 } };

    expect(priceOf({ ...ray, usage })).toMatchObject({ quality: 'assumed', worstCase: parseUsd('3.75') });
  });

  it('of unknown length costs the longest one, at a ceiling', () => {
    expect(priceOf({ ...ray, usage: undefined })).toMatchObject({
      cost: parseUsd('13.5'),
      quality: 'ceiling',
    });
    expect(priceOf({ ...reel, usage: usageOf({ input: 5 }) })).toMatchObject({
      cost: parseUsd('0.48'),
      quality: 'ceiling',
    });
  });
});

describe('ranked documents', () => {
  it.each([
    [1, '0.002'],
    [100, '0.002'],
    [101, '0.004'],
    [1000, '0.02'],
  ])('%d of them cost %s USD', (documents, usd) => {
    const charged = priceOf({ modelId: 'cohere.rerank-v3-5:0', usage: { ...usageOf({}), documents } });

    expect(charged).toMatchObject({ cost: parseUsd(usd), flags: ['queries-from-documents'] });
    expect(charged.cost + (charged.worstCase ?? 0n)).toBe(parseUsd('0.02'));
  });
});

describe('a prompt router', () => {
  const modelId = arn('default-prompt-router/anthropic.claude:1');
  const usage = usageOf({ input: 1000, output: 100 });

  it.each([
    ['us.anthropic.claude-haiku-4-5-20251001-v1:0', '0.00165'],
    [arn('inference-profile/us.anthropic.claude-3-5-haiku-20241022-v1:0'), '0.0012'],
    ['arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-3-haiku-20240307-v1:0', '0.000375'],
    ['claude-3-haiku-20240307', '0.000375'],
  ])('costs what the model it chose does (%s), and its fee', (bodyModel, usd) => {
    const charged = priceOf({ modelId, usage, bodyModel });

    expect(charged).toMatchObject({ cost: parseUsd(usd) + parseUsd('0.001'), quality: 'assumed' });
    expect(charged.flags).toContain('routed-fee-assumed');
  });

  it('may be configured', () => {
    const profiles = { [modelId]: 'amazon.nova-pro-v1:0' };

    expect(priceOf({ modelId, usage }, { profiles })).toMatchObject({
      model: 'amazon.nova-pro-v1:0',
      cost: parseUsd('0.00212'),
    });
  });

  it('whose choice nobody tells is charged the most expensive of the family it routes in', () => {
    const untold = priceOf({ modelId, usage });

    expect(untold).toMatchObject({
      quality: 'ceiling',
      cost: priceOf({ modelId: 'anthropic.x', usage }).cost,
    });
    expect(untold.cost).toBeLessThanOrEqual(priceOf({ modelId: arn('prompt-router/abc'), usage }).cost);
  });
});

describe('a customized model', () => {
  const modelId = arn('custom-model-deployment/abcdefghijkl');

  it.each([
    ['qwen.qwen3-32b-v1:0', '0.98'],
    ['openai.gpt-oss-20b-1:0', '0.48'],
    ['openai.gpt-oss-20b', '0.48'],
  ])('of %s costs what the list has for customized ones', (base, usd) => {
    expect(priceOf({ modelId, usage: million }, { profiles: { [modelId]: base } })).toMatchObject({
      cost: parseUsd(usd),
      quality: 'priced',
    });
  });

  it('of another model is at a ceiling of that maker, never at the price of the model as it comes', () => {
    const charged = priceOf(
      { modelId, usage: million },
      { profiles: { [modelId]: 'amazon.nova-lite-v1:0' } },
    );

    expect(charged).toMatchObject({ quality: 'ceiling', reason: expect.stringContaining('as customized') });
    expect(charged.cost).toBe(priceOf({ modelId: 'amazon.unheard-of', usage: million }).cost);
  });

  it('cannot be called by the name of its price', () => {
    const named = priceBook.models.filter(({ id }) => id.endsWith('(custom)'));

    expect(named.length).toBeGreaterThan(0);
    for (const { id } of named) expect(id).not.toMatch(/^[\w.:/-]+$/);
  });
});

describe('a Marketplace endpoint', () => {
  const modelId = 'arn:aws:sagemaker:us-east-1:012345678901:endpoint/mine';

  it.each([million, undefined])('costs nothing by the call: its instances are paid by the hour', (usage) => {
    expect(priceOf({ modelId, usage })).toMatchObject({
      cost: 0n,
      quality: 'free',
      reason: 'capacity billed by the hour',
    });
  });
});

describe('what guardrails assess', () => {
  const guardrailUnits = { contentPolicy: 3, topicPolicy: 2, sensitiveInformationPolicy: 1, wordPolicy: 9 };
  const dollars = parseUsd('0.00085');

  it('is noted beside the model’s price, which stays what it is', () => {
    const plain = priceOf({});

    expect(priceOf({ guardrailUnits })).toEqual({ ...plain, guardrail: dollars });
  });

  it('is charged where the settings say so, of a refused input alone, too', () => {
    const counted = { countGuardrails: true };

    expect(priceOf({ guardrailUnits }, counted).cost).toBe(priceOf({}).cost + dollars);
    expect(priceOf({ guardrailUnits, guardrailBlockedInput: true, usage: undefined }, counted)).toMatchObject(
      {
        cost: dollars,
        guardrail: dollars,
        quality: 'priced',
        reason: 'a guardrail blocked the input, so the model was not asked',
      },
    );
  });

  it('of pictures costs the piece', () => {
    expect(priceOf({ guardrailUnits: { contentPolicyImage: 4 } })).toMatchObject({
      guardrail: parseUsd('0.003'),
      flags: [],
    });
  });

  it('by a policy that no list prices is flagged', () => {
    expect(priceOf({ guardrailUnits: { unheardOfPolicy: 1 } }).flags).toEqual(['guardrail-policy-unlisted']);
  });

  it('adds up exactly, whatever the units', () => {
    const units = fc.nat(1_000_000);
    fc.assert(
      fc.property(units, units, (contentPolicy, automatedReasoningPolicy) => {
        const { guardrail = 0n } = priceOf({ guardrailUnits: { contentPolicy, automatedReasoningPolicy } });

        expect(guardrail).toBe(
          BigInt(contentPolicy) * 150_000n + BigInt(automatedReasoningPolicy) * 170_000n,
        );
      }),
    );
  });
});
