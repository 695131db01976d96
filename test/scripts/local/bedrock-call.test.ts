import { decideBedrockCall, ensurePrincipal } from '../../../scripts/local/aws/bedrock-call.ts';
import { bedrockTargets } from '../../../scripts/local/aws/bedrock-targets.ts';
import { IamStore } from '../../../scripts/local/aws/iam-store.ts';
import type { EvaluatedPolicy, PolicyStatement } from '../../../scripts/local/aws/policy.ts';

const account = '111122223333';
const now = new Date('2026-11-22T12:00:00Z');
const place = { partition: 'aws', region: 'us-east-1', account };
const opus = 'anthropic.claude-opus-4-6-v1';
const nova = 'amazon.nova-micro-v1:0';
const alice = `arn:aws:iam::${account}:user/eng/alice`;
const application = `arn:aws:bedrock:us-east-1:${account}:application-inference-profile/abc123`;
const arnsOf = (modelId: string, profiles = {}) =>
  bedrockTargets(modelId, place, profiles).targets.map(({ resource }) => resource);

describe('what a call is authorised on', () => {
  test('a model id: the foundation model in the called Region', () => {
    const arn = `arn:aws:bedrock:us-east-1::foundation-model/${opus}`;
    expect(arnsOf(opus)).toEqual([arn]);
    expect(arnsOf(arn)).toEqual([arn]);
    expect(arnsOf('deepseek.v3.2')).toEqual(['arn:aws:bedrock:us-east-1::foundation-model/deepseek.v3.2']);
  });

  test('a geographic profile: the profile and the model in its Regions', () => {
    const expected = [
      `arn:aws:bedrock:us-east-1:${account}:inference-profile/us.${opus}`,
      `arn:aws:bedrock:us-east-1::foundation-model/${opus}`,
      `arn:aws:bedrock:us-east-2::foundation-model/${opus}`,
      `arn:aws:bedrock:us-west-2::foundation-model/${opus}`,
    ];
    expect(arnsOf(`us.${opus}`)).toEqual(expected);
    expect(arnsOf(expected[0] ?? '')).toEqual(expected);
    expect(bedrockTargets(`us.${opus}`, place, {}).targets[2]?.context).toEqual({
      'aws:RequestedRegion': 'us-east-2',
      'bedrock:InferenceProfileArn': expected[0],
    });
  });

  test('a global profile: also the model without a Region', () => {
    const { targets } = bedrockTargets(`global.${opus}`, place, {});
    expect(targets.map(({ resource }) => resource)).toEqual([
      `arn:aws:bedrock:us-east-1:${account}:inference-profile/global.${opus}`,
      `arn:aws:bedrock:us-east-1::foundation-model/${opus}`,
      `arn:aws:bedrock:::foundation-model/${opus}`,
    ]);
    expect(targets[2]?.context['aws:RequestedRegion']).toBe('unspecified');
  });

  test('an application profile: its own ARN and the models of what stands behind it', () => {
    expect(arnsOf(application, { [application]: nova })).toEqual([
      application,
      `arn:aws:bedrock:us-east-1::foundation-model/${nova}`,
    ]);
    expect(arnsOf(application, { [application]: `us.${nova}` })).toHaveLength(4);
    expect(bedrockTargets(application, place, {})).toMatchObject({
      targets: [{ resource: application }],
      caveat: expect.stringContaining('not configured'),
    });
  });

  test.each(['provisioned-model/x', 'imported-model/x', 'custom-model-deployment/x', 'prompt-router/x'])(
    '%s: only that ARN',
    (what) => {
      const arn = `arn:aws:bedrock:us-east-1:${account}:${what}`;
      expect(arnsOf(arn)).toEqual([arn]);
    },
  );
});

describe('the decision', () => {
  let store: IamStore;
  const policy = (...statements: PolicyStatement[]): EvaluatedPolicy => ({
    Version: '2012-10-17',
    Statement: statements,
  });
  const suspendedArn = `arn:aws:iam::${account}:policy/budget/Halt`;
  const restrictedArn = `arn:aws:iam::${account}:policy/budget/Economy`;
  const call = (changes: Partial<Parameters<typeof decideBedrockCall>[1]> = {}, profiles = {}) =>
    decideBedrockCall(
      store,
      { identityArn: alice, modelId: opus, region: 'us-east-1', ...changes },
      profiles,
    );

  beforeEach(() => {
    store = new IamStore({ account, now: () => now });
    store.putPolicy(
      suspendedArn,
      policy({ Sid: 'StopSpending', Effect: 'Deny', Action: 'bedrock:Invoke*', Resource: '*' }),
    );
    const routing = ['inference-profile', 'application-inference-profile'];
    store.putPolicy(
      restrictedArn,
      policy(
        {
          Sid: 'EconomyModelsOnly',
          Effect: 'Deny',
          Action: ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'],
          NotResource: [
            'arn:aws:bedrock:*::foundation-model/amazon.nova-micro-*',
            ...routing.map((type) => `arn:aws:bedrock:*:*:${type}/*`),
          ],
        },
        {
          Sid: 'EconomyMantle',
          Effect: 'Deny',
          Action: 'bedrock-mantle:CreateInference',
          Resource: '*',
          Condition: { StringNotLike: { 'bedrock-mantle:Model': 'amazon.nova-micro*' } },
        },
      ),
    );
  });

  test('an identity nobody described may use Bedrock, and exists with the path of its ARN', () => {
    expect(call()).toEqual({
      decision: 'allowed',
      because: `Inline policy BedrockAccess (UseBedrock) allows bedrock:InvokeModel on arn:aws:bedrock:us-east-1::foundation-model/${opus}.`,
    });
    expect(store.get('user', 'alice')).toMatchObject({ path: '/eng/', arn: alice });
    expect(ensurePrincipal(store, alice)).toBe(store.get('user', 'alice'));
  });

  test('a halted user is denied everything until the policy is detached', () => {
    call();
    store.attach('user', 'alice', suspendedArn);
    for (const action of ['bedrock:InvokeModel', 'bedrock:Converse', 'bedrock:ConverseStream']) {
      const { decision, because } = call({ action });
      expect(decision).toBe('denied');
      expect(because).toContain('Policy Halt (StopSpending) denies bedrock:InvokeModel');
    }
    expect(call({ action: 'bedrock:CountTokens' }).decision).toBe('allowed');
    store.detach('user', 'alice', suspendedArn);
    expect(call().decision).toBe('allowed');
  });

  test('a restricted user reaches cheap models by any route and expensive ones by none', () => {
    call();
    store.attach('user', 'alice', restrictedArn);
    const to = (model: string) => [model, `us.${model}`, `global.${model}`, application];
    for (const modelId of to(nova)) {
      expect(call({ modelId }, { [application]: `us.${nova}` }).decision).toBe('allowed');
    }
    for (const modelId of to(opus)) {
      const { decision, because } = call({ modelId }, { [application]: `global.${opus}` });
      expect(decision).toBe('denied');
      expect(because).toContain('Policy Economy (EconomyModelsOnly)');
    }
    const action = 'bedrock-mantle:CreateInference';
    expect(call({ action, modelId: nova }).decision).toBe('allowed');
    expect(call({ action }).because).toContain('Policy Economy (EconomyMantle)');
  });

  test('one denied Region of a profile denies the call, though the others are allowed', () => {
    store.create('user', {
      name: 'alice',
      path: '/eng/',
      inline: {
        Access: policy(
          { Effect: 'Allow', Action: 'bedrock:*', Resource: '*' },
          {
            Sid: 'HomeOnly',
            Effect: 'Deny',
            Action: '*',
            Resource: '*',
            Condition: { StringNotEquals: { 'aws:RequestedRegion': 'us-east-1' } },
          },
        ),
      },
    });
    expect(call().decision).toBe('allowed');
    expect(call({ modelId: `us.${opus}` }).because).toContain(
      'inline policy Access (HomeOnly)'.replace('i', 'I'),
    );
    expect(call({ modelId: `global.${opus}` }).decision).toBe('denied');
  });

  test('without any policy nothing is allowed', () => {
    store.create('user', { name: 'alice', path: '/eng/' });
    expect(call()).toMatchObject({ decision: 'denied', because: expect.stringMatching(/^No policy allows/) });
  });

  test('a session stands under the policies of its role', () => {
    const identityArn = `arn:aws:sts::${account}:assumed-role/App/build-1`;
    expect(call({ identityArn }).decision).toBe('allowed');
    expect(store.get('role', 'App').path).toBe('/');
    const session = policy({
      Sid: 'OneSession',
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
      Condition: { StringLike: { 'aws:userid': '*:build-1' } },
    });
    store.get('role', 'App').inline.set('Sessions', session);
    expect(call({ identityArn }).because).toContain('OneSession');
    expect(call({ identityArn: identityArn.replace('build-1', 'build-2') }).decision).toBe('allowed');
  });

  test('roles of AWS exist where AWS keeps them, so nobody can attach anything', () => {
    call({ identityArn: `arn:aws:sts::${account}:assumed-role/AWSReservedSSO_Dev_0123/bob@example.com` });
    expect(() => store.attach('role', 'AWSReservedSSO_Dev_0123', suspendedArn)).toThrow(
      'only modifiable by AWS',
    );
  });

  test('policies do not reach root and federated users', () => {
    expect(call({ identityArn: `arn:aws:iam::${account}:root` }).decision).toBe('allowed');
    expect(call({ identityArn: `arn:aws:sts::${account}:federated-user/carol` }).decision).toBe('allowed');
    expect(store.principals()).toEqual([]);
  });

  test('conditions see who calls and when', () => {
    const open = (Condition: NonNullable<PolicyStatement['Condition']>) => {
      store = new IamStore({ account, now: () => now });
      const statement: PolicyStatement = { Effect: 'Allow', Action: 'bedrock:*', Resource: '*', Condition };
      store.create('user', {
        name: 'alice',
        path: '/eng/',
        tags: { Team: 'ml' },
        inline: { P: policy(statement) },
      });
      return call().decision;
    };
    expect(open({ StringEquals: { 'aws:PrincipalTag/Team': 'ml', 'aws:username': 'alice' } })).toBe(
      'allowed',
    );
    expect(open({ ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:user/eng/*' } })).toBe('allowed');
    expect(open({ DateLessThan: { 'aws:CurrentTime': '2026-12-01T00:00:00Z' } })).toBe('allowed');
    expect(open({ DateLessThan: { 'aws:CurrentTime': '2026-11-01T00:00:00Z' } })).toBe('denied');
  });

  test('an ARN that is no identity is refused', () => {
    expect(() => call({ identityArn: `arn:aws:iam::${account}:group/x` })).toThrow(
      'none that can call Bedrock',
    );
  });
});
