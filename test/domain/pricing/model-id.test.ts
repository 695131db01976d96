import { type ModelReference, parseModelId } from '../../../lambda/domain/pricing/model-id.ts';

const providers = new Set(['amazon', 'anthropic', 'deepseek', 'openai', 'zai']);
const parse = (modelId: string): ModelReference => parseModelId(modelId, (label) => providers.has(label));
const arn = 'arn:aws:bedrock:us-east-1:012345678901';

describe('parseModelId', () => {
  it.each([
    ['amazon.nova-lite-v1:0', 'amazon.nova-lite-v1:0', 'regional', undefined],
    ['us.amazon.nova-lite-v1:0', 'amazon.nova-lite-v1:0', 'regional', undefined],
    ['us-gov.anthropic.claude-opus-5', 'anthropic.claude-opus-5', 'regional', undefined],
    ['global.anthropic.claude-opus-4-7', 'anthropic.claude-opus-4-7', 'global', undefined],
    ['nordic.anthropic.claude-opus-5', 'anthropic.claude-opus-5', 'regional', undefined],
    ['deepseek.v3.2', 'deepseek.v3.2', 'regional', undefined],
    ['zai.glm-4.7', 'zai.glm-4.7', 'regional', undefined],
    ['us.openai.gpt-5.6-sol', 'openai.gpt-5.6-sol', 'regional', undefined],
    ['openai.gpt-oss-20b-1:0', 'openai.gpt-oss-20b-1:0', 'regional', undefined],
    ['amazon.nova-premier-v1:0:1000k', 'amazon.nova-premier-v1:0', 'regional', '1000k'],
    [
      `${arn}:inference-profile/global.anthropic.claude-opus-5`.replace('us-east-1', 'eu-west-1'),
      'anthropic.claude-opus-5',
      'global',
      undefined,
    ],
    [
      'arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/amazon.nova-pro-v1:0',
      'amazon.nova-pro-v1:0',
      'regional',
      undefined,
    ],
    [
      'arn:aws:bedrock:::foundation-model/amazon.nova-pro-v1:0',
      'amazon.nova-pro-v1:0',
      'regional',
      undefined,
    ],
  ])('reads %s', (modelId, id, scope, variant) => {
    expect(parse(modelId)).toEqual({ kind: 'model', id, scope, variant, provider: id.split('.')[0] });
  });

  it.each(['provisioned-model/abcdefabcdef', 'imported-model/abcdefabcdef'])(
    'knows %s for capacity',
    (resource) => {
      expect(parse(`${arn}:${resource}`)).toEqual({ kind: 'capacity' });
    },
  );

  it('knows an endpoint of SageMaker for capacity, on which Marketplace models run', () => {
    const endpoint = 'arn:aws:sagemaker:us-east-1:012345678901:endpoint/provisioned-model';

    expect(parse(endpoint)).toEqual({ kind: 'capacity' });
  });

  it.each([
    `${arn}:application-inference-profile/p24qm5pye2qr`,
    `${arn}:prompt/ABCDEF:1`,
    'arn:aws:sagemaker:us-east-1:012345678901:model/provisioned-model',
    'arn:aws:s3:::provisioned-model/x',
    'arn:',
    'p24qm5pye2qr',
  ])('cannot see through %s', (modelId) => {
    expect(parse(modelId)).toEqual({ kind: 'opaque' });
  });

  it.each([
    ['default-prompt-router/anthropic.claude:1', { kind: 'router', provider: 'anthropic' }],
    ['default-prompt-router/amazon.nova:1', { kind: 'router', provider: 'amazon' }],
    ['prompt-router/q1w2e3r4', { kind: 'router', provider: undefined }],
    ['custom-model-deployment/abc', { kind: 'custom' }],
  ])('tells %s from other names that do not tell their model', (resource, expected) => {
    expect(parse(`${arn}:${resource}`)).toEqual(expected);
  });

  it('knows no provider in a name without a dot', () => {
    expect(parse('dummy-model-v1')).toMatchObject({ kind: 'model', provider: undefined });
  });
});
