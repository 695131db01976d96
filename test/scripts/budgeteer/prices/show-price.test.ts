import { type ShowPriceOptions, showPrice } from '../../../../scripts/budgeteer/prices/show-price.ts';
import { InputError } from '../../../../scripts/command-line/input-error.ts';

const show = (modelId: string, region = 'us-east-1', at = '2026-11-22', profiles = {}) =>
  showPrice(modelId, { region, at, profiles });

describe('prices show', () => {
  it('explains every rate of a model, with the long context beside it', () => {
    const { json, text, exitCode } = show('global.anthropic.claude-haiku-5-5');

    expect(exitCode).toBe(0);
    expect(json).toMatchObject({
      kind: 'priced',
      readAs: 'The model is anthropic.claude-haiku-5-5, called through a global profile.',
      model: 'anthropic.claude-haiku-5-5',
      scope: 'global',
      longContextAbove: 100_000,
      assumptions: [],
      rates: [
        { what: 'input', usd: '0.1', per: 'million tokens', longContextUsd: '0.5' },
        { what: 'output', usd: '0.5', longContextUsd: '2.5' },
        { what: 'cacheRead', usd: '0.01', longContextUsd: '0.05' },
        { what: 'cacheWrite5m', usd: '0.125' },
        { what: 'cacheWrite1h', usd: '0.2', longContextUsd: '1' },
      ],
    });
    expect(text).toContain('above 100000 tokens of input and cache');
  });

  it('tells a negotiated rate from the list price, and shows what a multiplier makes of it', () => {
    const haiku = 'anthropic.claude-haiku-4-5-20251001-v1:0';
    const usdPerMillion = {
      input: '0.9',
      output: '4.5',
      cacheRead: '0.09',
      cacheWrite5m: '1.1',
      cacheWrite1h: '1.8',
    };
    const ask = (prices: ShowPriceOptions['prices']) =>
      showPrice(haiku, { region: 'us-east-1', at: '2026-11-22', prices });
    const exact = ask({
      multipliers: { anthropic: '0.5' },
      overrides: [
        { model: haiku, usdPerMillion, source: 'agreement of 2026', tier: 'priority', until: '2026-12-31' },
      ],
    });
    const share = ask({ multipliers: { anthropic: '0.85' } });

    expect(exact.json).toMatchObject({
      provenance: 'negotiated rate',
      multiplier: null,
      until: '2027-01-01',
    });
    expect(exact.text).toMatch(
      /Price: +negotiated: it replaces the list price; said to be of the priority tier/,
    );
    expect(exact.text).toMatch(/Source: +negotiated \(prices.overrides of the settings: agreement of 2026\)/);
    expect(exact.text).toMatch(/input +│ +0\.9 /);
    expect(share.json).toMatchObject({
      provenance: 'negotiated multiplier',
      multiplier: '0.85',
      rates: expect.arrayContaining([
        expect.objectContaining({ what: 'input', usd: '1.1', negotiatedUsd: '0.935' }),
      ]),
    });
    expect(share.text).toMatch(/list price × 0\.85/);
    expect(ask(undefined).json).toMatchObject({ provenance: 'list', multiplier: null });
  });

  it.each([
    ['amazon.nova-pro-v1:0', 'called in its own region.'],
    ['eu.amazon.nova-pro-v1:0', 'called through the geographic profile eu.'],
    ['us-gov.amazon.nova-pro-v1:0', 'called through the geographic profile us-gov.'],
    [
      'arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.amazon.nova-pro-v1:0',
      'the geographic profile us.',
    ],
    ['arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0', 'called in its own region.'],
    ['amazon.nova-pro-v1:0:24k', 'called in its own region; "24k" is a variant'],
    ['global.amazon.nova-2-lite-v1:0', 'called through a global profile.'],
  ])('says how %s is routed', (modelId, words) => {
    expect(show(modelId).json.readAs).toContain(words);
  });

  it('tells source and date, in words', () => {
    const { json, text } = show('eu.amazon.nova-pro-v1:0', 'eu-south-1');

    expect(json).toMatchObject({ regions: ['eu-south-1'], asOf: '2026-08-20' });
    expect(text).toMatch(/Source: +AWS Price List, offers .*, as of 2026-08-20/);
    expect(text).toMatch(/batch × 0\.5 .*\n.*priority × 1\.75 /);
  });

  it.each([
    ['2026-07-29', '1.1', null, '2026-07-30'],
    ['2026-07-30T12:00:00Z', '0.22', '2026-07-30', null],
  ])('answers for %s', (at, input, from, until) => {
    const { json } = show('openai.gpt-5.6-luna', 'us-east-1', at);

    expect(json).toMatchObject({
      from,
      until,
      rates: expect.arrayContaining([expect.objectContaining({ what: 'input', usd: input })]),
    });
  });

  it.each([
    [
      'arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0',
      'The model is amazon.nova-lite-v1:0,',
    ],
    ['anthropic.claude-opus-4-7-v1', 'another spelling of anthropic.claude-opus-4-7'],
    ['amazon.nova-pro-v1:0:24k', '"24k" is a variant'],
  ])('says how it read %s', (modelId, expected) => {
    expect(show(modelId).text).toContain(expected);
  });

  it('follows a configured profile', () => {
    const arn = 'arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abcdefghijkl';
    const { json } = show(arn, 'us-east-1', '2026-11-22', { [arn]: 'us.amazon.nova-lite-v1:0' });

    expect(json).toMatchObject({
      kind: 'priced',
      model: 'amazon.nova-lite-v1:0',
      readAs: 'The configured profiles say that us.amazon.nova-lite-v1:0 is behind it.',
    });
  });

  it('puts what it had to assume into words', () => {
    expect(show('global.amazon.nova-pro-v1:0', 'mx-central-1').text).toMatch(
      /Assumed: +no row names the region[^\n]*\nAssumed: +the model has no price for global profiles/,
    );
  });

  it.each([
    [
      'anthropic.claude-epos-7',
      'the most expensive rates of anthropic',
      'the price book does not have the model',
    ],
    [
      'acme.gizmo-v1',
      'the most expensive rates of the whole price book',
      'the price book does not have the model',
    ],
    [
      'abcdefghijkl',
      'the most expensive rates of the whole price book',
      'no configured profile tells its model',
    ],
  ])('answers for %s with a ceiling and why', (modelId, basis, why) => {
    const { json, text, exitCode } = show(modelId);

    expect(json).toMatchObject({ kind: 'ceiling', basis, why });
    expect(text).toContain('A call that does not tell its usage is taken for 200000 tokens of input');
    expect(exitCode).toBe(1);
  });

  it('knows what is billed beside a model', () => {
    expect(show('guardrail').text).toMatch(/contentPolicy +│ 0\.00015 │ unit/);
    expect(show('prompt-router').json).toMatchObject({
      kind: 'units',
      rates: [{ what: 'any', usd: '0.001', per: 'request' }],
    });
  });

  it.each([
    ['cohere.embed-english-v3', /image given +│ +0\.0001 │ image/],
    ['amazon.nova-2-multimodal-embeddings-v1:0', /image given, document │ +0\.0006 │ image/],
    ['amazon.nova-2-multimodal-embeddings-v1:0', /audio given +│ +0\.00014 │ second/],
    ['amazon.nova-2-multimodal-embeddings-v1:0', /charged 30 seconds, as a ceiling/],
    ['us.twelvelabs.pegasus-1-2-v1:0', /video given +│ +0\.00049 │ second/],
    ['us.twelvelabs.pegasus-1-2-v1:0', /charged 3600 seconds, as a ceiling/],
    ['twelvelabs.marengo-embed-2-7-v1:0', /text +│ +0\.00007 │ request/],
    ['global.amazon.nova-2-omni-v1:0', /image output +│ +40 │ million tokens/],
    ['global.amazon.nova-2-omni-v1:0', /audio input +│ +1 │ million tokens/],
    ['server-tools', /nova_grounding +│ +0\.03 │ request/],
    ['guardrail', /contentPolicyImage +│ +0\.00075 │ unit/],
  ])('explains what else %s is paid by: %s', (modelId, expected) => {
    expect(show(modelId).text).toMatch(expected);
  });

  it('tells the factor of each tier, with its source and date', () => {
    expect(show('amazon.nova-pro-v1:0').text).toMatch(/Tier: +priority × 1\.75 \(AWS .*, as of 2026-10-08\)/);
  });

  it('knows what a second of video costs, by resolution', () => {
    expect(show('luma.ray-v2:0', 'us-west-2').text).toMatch(/video 720p │ +1\.5 │ second/);
  });

  it.each([
    [
      'default-prompt-router/anthropic.claude:1',
      'names a prompt router',
      'the most expensive rates of anthropic',
    ],
    [
      'custom-model-deployment/abcdefghijkl',
      'names a customized model',
      'the most expensive rates of the whole',
    ],
  ])('says of %s why its price is not known', (resource, readAs, basis) => {
    const { text } = show(`arn:aws:bedrock:us-east-1:111122223333:${resource}`);

    expect(text).toContain(readAs);
    expect(text).toContain(basis);
  });

  it('knows the price of a customized model whose base is configured', () => {
    const arn = 'arn:aws:bedrock:us-east-1:111122223333:custom-model-deployment/abcdefghijkl';

    expect(show(arn, 'us-east-1', '2026-11-22', { [arn]: 'qwen.qwen3-32b-v1:0' }).json).toMatchObject({
      kind: 'priced',
      model: 'qwen.qwen3-32b-v1:0 (custom)',
      rates: [
        { what: 'input', usd: '0.2' },
        { what: 'output', usd: '0.78' },
      ],
    });
  });

  it('knows that capacity is free of charge per call', () => {
    expect(show('arn:aws:bedrock:us-east-1:111122223333:provisioned-model/abc').json).toMatchObject({
      kind: 'free',
    });
  });

  it.each([
    ['a date', 'us-east-1', 'tomorrow'],
    ['a day', 'us-east-1', '2026-13-45'],
    ['a region', 'Virginia', '2026-11-22'],
  ])('refuses what is not %s', (_, region, at) => {
    expect(() => show('amazon.nova-lite-v1:0', region, at)).toThrow(InputError);
  });
});
