import fc from 'fast-check';
import { applyLogging, type LoggingPlan } from '../../../lambda/domain/logging/apply-logging.ts';
import {
  deliversBodies,
  hasDestination,
  type LoggingConfig,
  noBodies,
  sameLogging,
} from '../../../lambda/domain/logging/logging-config.ts';
import { restoreLogging } from '../../../lambda/domain/logging/restore-logging.ts';

const ours = {
  logGroup: '/bedrock-budgeteer/test/model-invocations',
  role: 'arn:aws:iam::111122223333:role/ours',
};
const theirs = {
  logGroup: '/aws/bedrock/modelinvocations',
  role: 'arn:aws:iam::111122223333:role/BedrockLogging',
  bucket: 'central-bedrock-logs',
};
const own: LoggingPlan = {
  region: 'eu-central-1',
  logGroup: { name: ours.logGroup, roleArn: ours.role, declared: false },
  bucket: { name: 'our-logs', declared: false },
  copyBodies: false,
};
const shared: LoggingPlan = {
  ...own,
  logGroup: { name: theirs.logGroup, roleArn: theirs.role, declared: true },
  bucket: { name: theirs.bucket, declared: true },
};
const ourGroup = { logGroupName: ours.logGroup, roleArn: ours.role };
const theirGroup = { logGroupName: theirs.logGroup, roleArn: theirs.role };
const ourBucket = { bucketName: 'our-logs' };
const theirBucket = { bucketName: theirs.bucket, keyPrefix: 'bedrock' };
/** As Bedrock answers for a configuration that the console made. */
const allBodies = {
  textDataDeliveryEnabled: true,
  imageDataDeliveryEnabled: true,
  embeddingDataDeliveryEnabled: true,
  videoDataDeliveryEnabled: true,
};
const fourOff = {
  textDataDeliveryEnabled: false,
  imageDataDeliveryEnabled: false,
  embeddingDataDeliveryEnabled: false,
  videoDataDeliveryEnabled: false,
};
const agreed = (found: LoggingConfig | undefined, plan: LoggingPlan) => {
  const decision = applyLogging(found, plan);
  if (decision.outcome !== 'agreed') throw new Error(decision.sentence);
  return decision;
};
const sentence = (found: LoggingConfig, plan: LoggingPlan) => {
  const decision = applyLogging(found, plan);
  return decision.outcome === 'conflict' ? decision.sentence : decision;
};

describe('Empty slots are filled and full ones left alone', () => {
  const withLarge = (group: typeof ourGroup, place: { bucketName: string }) => ({
    ...group,
    largeDataDeliveryS3Config: place,
  });
  test.each<[string, LoggingConfig | undefined, LoggingPlan, LoggingConfig]>([
    [
      'logging was off: both of ours, without bodies',
      undefined,
      own,
      { ...noBodies, cloudWatchConfig: withLarge(ourGroup, ourBucket), s3Config: ourBucket },
    ],
    [
      'switches without a destination delivered nothing, so nothing is delivered now',
      allBodies,
      own,
      { ...noBodies, cloudWatchConfig: withLarge(ourGroup, ourBucket), s3Config: ourBucket },
    ],
    [
      'someone logs envelopes to a bucket that the stage shares: our log group beside it',
      { ...fourOff, s3Config: theirBucket },
      { ...shared, logGroup: own.logGroup },
      { ...fourOff, cloudWatchConfig: withLarge(ourGroup, theirBucket), s3Config: theirBucket },
    ],
    [
      'someone logs envelopes to a log group that the stage shares: our bucket beside it',
      { ...fourOff, cloudWatchConfig: theirGroup },
      { ...shared, bucket: own.bucket },
      { ...fourOff, cloudWatchConfig: theirGroup, s3Config: ourBucket },
    ],
    [
      'both are shared: nothing changes, bodies included',
      { ...allBodies, cloudWatchConfig: theirGroup, s3Config: theirBucket },
      shared,
      { ...allBodies, cloudWatchConfig: theirGroup, s3Config: theirBucket },
    ],
    [
      'bodies go to a shared bucket: no second copy of them in a log group',
      { ...allBodies, s3Config: theirBucket },
      { ...shared, logGroup: own.logGroup },
      { ...allBodies, s3Config: theirBucket },
    ],
    [
      'bodies go to a shared bucket and the stage wants the copy',
      { ...allBodies, s3Config: theirBucket },
      { ...shared, logGroup: own.logGroup, copyBodies: true },
      { ...allBodies, cloudWatchConfig: withLarge(ourGroup, theirBucket), s3Config: theirBucket },
    ],
    [
      'a switch that is not stated counts as on: no copy either',
      { ...fourOff, textDataDeliveryEnabled: undefined, cloudWatchConfig: theirGroup },
      { ...shared, bucket: own.bucket },
      { ...fourOff, textDataDeliveryEnabled: undefined, cloudWatchConfig: theirGroup },
    ],
    [
      'the stage names a log group that Bedrock does not write to yet',
      undefined,
      { ...own, logGroup: shared.logGroup },
      { ...noBodies, cloudWatchConfig: withLarge(theirGroup, ourBucket), s3Config: ourBucket },
    ],
  ])('%s', (_, before, plan, after) => {
    const { config } = agreed(before, { ...plan });

    expect(sameLogging(config, after)).toBe(true);
  });

  test('an answer from before there was a switch for audio counts as without', () => {
    expect(deliversBodies({ ...fourOff, s3Config: theirBucket })).toBe(false);
    expect(deliversBodies({ ...fourOff, audioDataDeliveryEnabled: true, s3Config: theirBucket })).toBe(true);
  });

  test('says which slot stays empty', () => {
    expect(
      agreed({ ...allBodies, s3Config: theirBucket }, { ...shared, logGroup: own.logGroup }).leftEmpty,
    ).toEqual(['log group']);
    expect(agreed(undefined, own).leftEmpty).toEqual([]);
  });
});

describe('A conflict is one sentence that names what is there and what to change', () => {
  test('another log group and another bucket', () => {
    expect(sentence({ ...noBodies, cloudWatchConfig: theirGroup, s3Config: theirBucket }, own)).toBe(
      'Bedrock already writes its invocation log in eu-central-1 to the log group "/aws/bedrock/modelinvocations" and ' +
        'to the bucket "central-bedrock-logs", and this stage reads others: put "logging: { logGroup: ' +
        "'/aws/bedrock/modelinvocations', roleArn: 'arn:aws:iam::111122223333:role/BedrockLogging', bucket: " +
        "'central-bedrock-logs' }\" into the stage in lib/stages.ts to share them, or turn that logging off, and " +
        'deploy again.',
    );
  });

  test('another bucket alone', () => {
    expect(sentence({ ...noBodies, s3Config: theirBucket }, own)).toBe(
      'Bedrock already writes its invocation log in eu-central-1 to the bucket "central-bedrock-logs", and this stage ' +
        'reads others: put "logging: { bucket: \'central-bedrock-logs\' }" into the stage in lib/stages.ts to share ' +
        'them, or turn that logging off, and deploy again.',
    );
  });

  test('a role that the deployment may not hand over', () => {
    const plan = { ...own, logGroup: { ...shared.logGroup, roleArn: ours.role } };

    expect(sentence({ ...noBodies, cloudWatchConfig: theirGroup }, plan)).toBe(
      'Bedrock writes to the log group "/aws/bedrock/modelinvocations" in eu-central-1 as the role ' +
        'arn:aws:iam::111122223333:role/BedrockLogging, which this stage does not name: put "roleArn: ' +
        '\'arn:aws:iam::111122223333:role/BedrockLogging\'" beside logGroup into "logging" of the stage in ' +
        'lib/stages.ts, and deploy again.',
    );
  });

  test('of the second stage in a Region names the destinations of the first', () => {
    const first = agreed(undefined, own).config;
    const second = {
      ...own,
      logGroup: { ...own.logGroup, name: '/bedrock-budgeteer/second/model-invocations' },
    };

    expect(sentence(first, second)).toContain(`logGroup: '${ours.logGroup}', roleArn: '${ours.role}'`);
    expect(
      agreed(first, {
        ...second,
        logGroup: { name: ours.logGroup, roleArn: ours.role, declared: true },
        bucket: { name: 'our-logs', declared: true },
      }).config,
    ).toEqual(first);
  });
});

const place = fc.record({
  bucketName: fc.constantFrom('our-logs', theirs.bucket, 'third'),
  keyPrefix: fc.option(fc.constant('bedrock'), { nil: undefined }),
});
const group = fc.record({
  logGroupName: fc.constantFrom(ours.logGroup, theirs.logGroup, '/third'),
  roleArn: fc.constantFrom(ours.role, theirs.role),
  largeDataDeliveryS3Config: fc.option(place, { nil: undefined }),
});
const config: fc.Arbitrary<LoggingConfig> = fc.record({
  cloudWatchConfig: fc.option(group, { nil: undefined }),
  s3Config: fc.option(place, { nil: undefined }),
  textDataDeliveryEnabled: fc.option(fc.boolean(), { nil: undefined }),
  imageDataDeliveryEnabled: fc.boolean(),
  audioDataDeliveryEnabled: fc.option(fc.boolean(), { nil: undefined }),
});
const found = fc.option(config, { nil: undefined });
const plan: fc.Arbitrary<LoggingPlan> = fc.record({
  region: fc.constant('eu-central-1'),
  logGroup: fc.constantFrom(own.logGroup, shared.logGroup),
  bucket: fc.constantFrom(own.bucket, shared.bucket),
  copyBodies: fc.boolean(),
});
const applied = (before: LoggingConfig | undefined, to: LoggingPlan) => {
  const decision = applyLogging(before, to);
  fc.pre(decision.outcome === 'agreed');
  return (decision as Extract<typeof decision, { outcome: 'agreed' }>).config;
};

describe('For every configuration and every stage', () => {
  it('putting back what was applied gives what was there', () => {
    fc.assert(
      fc.property(found, plan, (before, to) => {
        const after = applied(before, to);
        expect(sameLogging(restoreLogging(after, { before, applied: [after] }), before)).toBe(true);
      }),
    );
  });

  it('applying twice is applying once, and so is putting back', () => {
    fc.assert(
      fc.property(found, plan, (before, to) => {
        const after = applied(before, to);
        const record = { before, applied: [after] };
        expect(sameLogging(applied(after, to), after)).toBe(true);
        const restored = restoreLogging(after, record);
        expect(sameLogging(restoreLogging(restored, record), restored)).toBe(true);
      }),
    );
  });

  it('nothing that is there is replaced, and no body goes anywhere it did not go', () => {
    fc.assert(
      fc.property(found, plan, (before, to) => {
        const after = applied(before, to);
        if (before?.s3Config) expect(after.s3Config).toEqual(before.s3Config);
        if (before?.cloudWatchConfig)
          expect(after.cloudWatchConfig).toMatchObject({
            logGroupName: before.cloudWatchConfig.logGroupName,
            roleArn: before.cloudWatchConfig.roleArn,
          });
        if (!hasDestination(before)) expect(deliversBodies(after)).toBe(false);
        else expect(deliversBodies(after)).toBe(deliversBodies(before));
        if (deliversBodies(before) && !to.copyBodies) {
          if (!to.bucket.declared) expect(after.s3Config).toEqual(before?.s3Config);
          if (!to.logGroup.declared)
            expect(
              sameLogging(
                { cloudWatchConfig: after.cloudWatchConfig },
                { cloudWatchConfig: before?.cloudWatchConfig },
              ),
            ).toBe(true);
        }
      }),
    );
  });

  it('putting back keeps what someone changed since', () => {
    fc.assert(
      fc.property(found, plan, config, (before, to, changed) => {
        const after = applied(before, to);
        const restored = restoreLogging(changed, { before, applied: [after] });
        const stillOurs = (name: string | undefined, one: string | undefined, other: string | undefined) =>
          name === one && name !== other;
        if (
          changed.s3Config &&
          !stillOurs(changed.s3Config.bucketName, after.s3Config?.bucketName, before?.s3Config?.bucketName)
        ) {
          expect(restored?.s3Config).toEqual(changed.s3Config);
        }
        const name = changed.cloudWatchConfig?.logGroupName;
        if (
          name &&
          !stillOurs(name, after.cloudWatchConfig?.logGroupName, before?.cloudWatchConfig?.logGroupName)
        ) {
          expect(restored?.cloudWatchConfig).toMatchObject({ logGroupName: name });
        }
        if (hasDestination(restored)) {
          expect(restored['textDataDeliveryEnabled']).toBe(changed['textDataDeliveryEnabled']);
        }
      }),
    );
  });

  it('logging that someone turned off since stays off', () => {
    fc.assert(
      fc.property(found, plan, (before, to) => {
        expect(restoreLogging(undefined, { before, applied: [applied(before, to)] })).toBeUndefined();
      }),
    );
  });
});

describe('Two ways to write one configuration down', () => {
  const logGroup = { cloudWatchConfig: { logGroupName: 'g', roleArn: 'r' } };
  const on = (kinds: readonly string[], value: boolean): LoggingConfig =>
    Object.fromEntries(kinds.map((kind) => [`${kind}DataDeliveryEnabled`, value]));
  const older = ['text', 'image', 'embedding', 'video'];

  test.each<[string, LoggingConfig, LoggingConfig, boolean]>([
    ['switches that are left out are on', logGroup, { ...logGroup, ...on(older, true) }, true],
    ['all but the one for audio', logGroup, { ...logGroup, ...on(['audio'], false) }, true],
    ['so leaving them out is not off', logGroup, { ...logGroup, ...on(older, false) }, false],
    ['nor is audio on by itself', logGroup, { ...logGroup, ...on(['audio'], true) }, false],
    [
      'an empty prefix is none',
      { s3Config: { bucketName: 'b', keyPrefix: '' } },
      { s3Config: { bucketName: 'b' } },
      true,
    ],
    [
      'a switch of a day to come is compared as it is',
      logGroup,
      { ...logGroup, ...on(['smell'], true) },
      false,
    ],
  ])('%s', (_, one, other, same) => {
    expect(sameLogging(one, other)).toBe(same);
  });
});
