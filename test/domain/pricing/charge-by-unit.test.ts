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
