import { parseUsd } from '../../../lambda/domain/money.ts';
import { charge } from '../../../lambda/domain/pricing/charge.ts';
import { call, usageOf } from './invocation-builder.ts';

describe('a ranking call', () => {
  it.each([
    ['amazon.rerank-v1:0', '0.001'],
    ['cohere.rerank-v3-5:0', '0.002'],
    ['arn:aws:bedrock:us-west-2::foundation-model/amazon.rerank-v1:0', '0.001'],
  ])(
    'of %s costs one query, whether or not tokens are counted, and says that it is assumed',
    (modelId, usd) => {
      for (const usage of [undefined, usageOf({ input: 5000 })]) {
        expect(charge(call({ modelId, usage }), { profiles: {} })).toMatchObject({
          cost: parseUsd(usd),
          quality: 'assumed',
          flags: ['one-query-assumed'],
        });
      }
    },
  );
});

describe('images of Titan', () => {
  it.each([
    ['amazon.titan-image-generator-v1', '512-standard', '0.008'],
    ['amazon.titan-image-generator-v1', '1024-standard', '0.01'],
    ['amazon.titan-image-generator-v2:0', '1024-premium', '0.012'],
  ])('by %s in %s cost %s USD each', (modelId, imageClass, usd) => {
    const made = call({ modelId, usage: { ...usageOf({}), images: 3, imageClass } });

    expect(charge(made, { profiles: {} })).toMatchObject({ cost: 3n * parseUsd(usd), quality: 'priced' });
  });
});

describe('a picture of at most 512 pixels', () => {
  it.each([
    ['amazon.titan-image-generator-v2:0', '0.008', 'a class of its own'],
    ['amazon.nova-canvas-v1:0', '0.04', 'the smallest class there is'],
  ])('of %s costs %s, by %s', (modelId, usd) => {
    const usage = usageOf({ images: 1, imageClass: '512-standard' });

    expect(charge(call({ modelId, usage }), { profiles: {} })).toMatchObject({
      cost: parseUsd(usd),
      quality: 'priced',
      flags: [],
    });
  });
});

describe('an embedding of several media', () => {
  const modelId = 'amazon.nova-2-multimodal-embeddings-v1:0';

  it('is taken for one of text where tokens are counted, and says so', () => {
    expect(
      charge(call({ modelId, usage: usageOf({ input: 1000 }), flags: ['output-uncounted'] }), {
        profiles: {},
      }),
    ).toMatchObject({ cost: parseUsd('0.000135'), quality: 'assumed', flags: ['text-assumed'] });
  });

  it.each([undefined, usageOf({})])('is never free because no text was counted: %j', (usage) => {
    expect(charge(call({ modelId, usage }), { profiles: {} })).toMatchObject({
      quality: 'ceiling',
      reason: 'the record does not tell what was used',
    });
  });
});

describe('what Stability sells by the generation', () => {
  it.each([
    ['stable-image-inpaint-v1:0', '0.07'],
    ['stable-image-remove-background-v1:0', '0.07'],
    ['stable-style-transfer-v1:0', '0.08'],
    ['stable-outpaint-v1:0', '0.06'],
    ['stable-fast-upscale-v1:0', '0.03'],
    ['stable-conservative-upscale-v1:0', '0.4'],
    ['stable-creative-upscale-v1:0', '0.6'],
    ['stable-image-ultra-v1:1', '0.14'],
    ['stable-image-core-v1:1', '0.04'],
    ['sd3-5-large-v1:0', '0.08'],
  ])('%s costs %s USD', (name, usd) => {
    const modelId = `stability.${name}`;

    expect(charge(call({ modelId, usage: usageOf({ images: 1 }) }), { profiles: {} })).toMatchObject({
      cost: parseUsd(usd),
      quality: 'priced',
    });
  });

  it.each([
    ['stable-diffusion-xl-v1', '1024-standard', '0.04'],
    ['stable-diffusion-xl-v1', '1024-premium', '0.08'],
    ['stable-diffusion-xl-v0', '512-standard', '0.018'],
  ])('%s in %s costs %s USD', (name, imageClass, usd) => {
    const modelId = `stability.${name}`;

    expect(charge(call({ modelId, usage: usageOf({ images: 1, imageClass }) }), { profiles: {} }).cost).toBe(
      parseUsd(usd),
    );
  });
});
