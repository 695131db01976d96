import fc from 'fast-check';
import {
  applicationProfileArn,
  isOwnProfile,
  modelBehind,
  profileScope,
} from '../../../lambda/domain/pricing/application-profile.ts';
import { charge } from '../../../lambda/domain/pricing/charge.ts';
import { call, usageOf } from './invocation-builder.ts';

const haiku = 'anthropic.claude-haiku-4-5-20251001-v1:0';
const arn = 'arn:aws:bedrock:us-east-1:012345678901:application-inference-profile/p24qm5pye2qr';
const modelIn = (region: string, model = haiku) => `arn:aws:bedrock:${region}::foundation-model/${model}`;

describe('the application profile that a call names', () => {
  it.each([
    ['by its ARN', arn, arn],
    ['by its URL-encoded ARN', encodeURIComponent(arn), arn],
    ['by its bare id', 'p24qm5pye2qr', arn],
  ])('is found %s', (_, modelId, expected) => {
    expect(applicationProfileArn(call({ modelId }))).toBe(expected);
  });

  it.each([
    ['us-gov-west-1', 'arn:aws-us-gov:bedrock:us-gov-west-1:'],
    ['cn-north-1', 'arn:aws-cn:bedrock:cn-north-1:'],
  ])('lies in the partition of %s', (region, start) => {
    expect(applicationProfileArn(call({ modelId: 'p24qm5pye2qr', region }))).toContain(start);
  });

  it.each([
    haiku,
    `us.${haiku}`,
    modelIn('us-east-1'),
    'arn:aws:bedrock:us-east-1:012345678901:inference-profile/us.amazon.nova-pro-v1:0',
    'arn:aws:bedrock:us-east-1:012345678901:prompt-router/p24qm5pye2qr',
    'arn:aws:bedrock:us-east-1:012345678901:provisioned-model/p24qm5pye2qr',
    'p24qm5pye2q',
    '%',
  ])('is none in %s', (modelId) => {
    expect(applicationProfileArn(call({ modelId }))).toBeUndefined();
  });

  it('belongs to the account and the Region of the call, or to someone who has to be asked elsewhere', () => {
    expect(isOwnProfile(arn, call())).toBe(true);
    expect(isOwnProfile(arn, call({ account: '999988887777' }))).toBe(false);
    expect(isOwnProfile(arn, call({ region: 'us-west-2' }))).toBe(false);
  });
});

describe('the scope of a profile', () => {
  it.each([
    ['its own Region alone', ['us-east-1'], 'in-region'],
    ['several Regions of one geography', ['us-east-1', 'us-east-2', 'us-west-2'], 'geo'],
    ['one Region of the same geography that is not its own', ['us-west-2'], 'geo'],
    ['a geography over two countries', ['us-east-1', 'ca-central-1'], 'geo'],
    ['a Region between geographies', ['us-east-1', 'me-central-1'], 'geo'],
    ['no Region', ['us-east-1', ''], 'global'],
    ['Regions all over the world', ['us-east-1', 'eu-west-1', 'ap-northeast-1'], 'global'],
  ])('that routes to %s is %s', (_, regions, scope) => {
    expect(
      profileScope(
        regions.map((region) => modelIn(region)),
        'us-east-1',
      ),
    ).toBe(scope);
  });

  it('does not hang on the order or on repetitions', () => {
    const regions = fc.array(fc.constantFrom('', 'us-east-1', 'us-west-2', 'eu-west-1', 'ap-south-1'), {
      minLength: 1,
    });
    fc.assert(
      fc.property(regions, (list) => {
        const arns = list.map((region) => modelIn(region));

        expect(profileScope([...arns, ...arns].reverse(), 'us-east-1')).toBe(profileScope(arns, 'us-east-1'));
      }),
    );
  });
});

describe('what stands behind a profile', () => {
  const price = (models: readonly string[]) =>
    charge(call({ modelId: arn, usage: usageOf({ input: 1_000_000 }) }), {
      profiles: { [arn]: modelBehind(arn, models) ?? '' },
    });

  it.each([
    ['in its own Region', ['us-east-1'], 1_100_000_000n],
    ['in its geography', ['us-east-1', 'us-west-2'], 1_100_000_000n],
    ['anywhere', ['us-east-1', ''], 1_000_000_000n],
  ])('costs what the model costs %s: 10 % less only where it may run anywhere', (_, regions, cost) => {
    expect(price(regions.map((region) => modelIn(region)))).toMatchObject({
      cost,
      quality: 'priced',
      model: haiku,
    });
  });

  it('is nothing where the list names two models, or none', () => {
    expect(modelBehind(arn, [modelIn('us-east-1'), modelIn('us-west-2', 'amazon.nova-pro-v1:0')])).toBe(
      undefined,
    );
    expect(modelBehind(arn, [])).toBeUndefined();
  });

  it('may be capacity that is billed by the hour', () => {
    const provisioned = 'arn:aws:bedrock:us-east-1:012345678901:provisioned-model/abcdefghijkl';

    expect(price([provisioned])).toMatchObject({ cost: 0n, quality: 'free' });
  });
});

describe('a call through a profile that nobody tells about', () => {
  it('is posted at a ceiling, and flagged', () => {
    expect(charge(call({ modelId: arn }), { profiles: {} })).toMatchObject({
      quality: 'ceiling',
      flags: ['ceiling', 'profile-unresolved'],
    });
  });

  it('is posted by the model that answered where that is told, and flagged', () => {
    const told = call({ modelId: 'p24qm5pye2qr', bodyModel: 'claude-haiku-4-5-20251001' });

    expect(charge(told, { profiles: {} })).toMatchObject({
      quality: 'assumed',
      flags: ['model-from-body', 'profile-unresolved'],
    });
  });

  it('is not flagged where it is no application profile at all', () => {
    const router = 'arn:aws:bedrock:us-east-1:012345678901:prompt-router/p24qm5pye2qr';

    expect(charge(call({ modelId: router }), { profiles: {} }).flags).toEqual(['ceiling']);
  });
});
