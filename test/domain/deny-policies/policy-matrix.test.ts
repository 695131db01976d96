import { denyTexts, sessionDenyTexts } from '../../../lambda/domain/deny-policies/deny-texts.ts';
import { fencePolicy } from '../../../lambda/domain/deny-policies/fence-policy.ts';
import { type DenyLevel, denyLevels } from '../../../lambda/domain/level.ts';
import { premiumModels } from '../../../lambda/domain/pricing/premium-models.ts';
import { priceBook } from '../../../lambda/domain/pricing/price-book.ts';
import { type BedrockCall, decideBedrockCall } from '../../../scripts/local/aws/bedrock-call.ts';
import { IamStore } from '../../../scripts/local/aws/iam-store.ts';
import type { EvaluatedPolicy } from '../../../scripts/local/aws/policy.ts';

const account = '111122223333';
const region = 'us-east-1';
const texts = denyTexts(priceBook, 'aws', { bootstrapQualifier: 'hnb659fds' });
const sessionTexts = sessionDenyTexts(priceBook, 'aws', account);
const models = {
  premium: ['anthropic.claude-opus-4-6-v1', 'anthropic.claude-opus-4-6'],
  everyday: ['anthropic.claude-sonnet-4-5-20250929-v1:0', 'anthropic.claude-sonnet-4-5'],
  cheap: ['amazon.nova-micro-v1:0', 'amazon.nova-micro'],
} as const;
type Kind = keyof typeof models;
const allowedUnder: Readonly<Record<DenyLevel, readonly Kind[]>> = {
  suspended: [],
  restricted: ['cheap'],
  'no-premium': ['everyday', 'cheap'],
};

const profileArn = (kind: Kind) =>
  `arn:aws:bedrock:${region}:${account}:application-inference-profile/${kind}000000`.slice(0, 96);
const profiles = Object.fromEntries(
  (Object.keys(models) as Kind[]).map((kind) => [profileArn(kind), `us.${models[kind][0]}`]),
);

/** Every way that leads to a model. */
const routes: Readonly<Record<string, (kind: Kind) => Omit<BedrockCall, 'identityArn' | 'region'>>> = {
  'by its id': (kind) => ({ modelId: models[kind][0] }),
  'by its ARN': (kind) => ({ modelId: `arn:aws:bedrock:${region}::foundation-model/${models[kind][0]}` }),
  'by a geographic profile': (kind) => ({ modelId: `us.${models[kind][0]}` }),
  'by the global profile': (kind) => ({ modelId: `global.${models[kind][0]}` }),
  'by an application profile': (kind) => ({ modelId: profileArn(kind) }),
  streamed: (kind) => ({ modelId: models[kind][0], action: 'bedrock:ConverseStream' }),
  'on Mantle': (kind) => ({ modelId: models[kind][1], action: 'bedrock-mantle:CreateInference' }),
};
const credentials: Readonly<Record<string, string | undefined>> = {
  signed: undefined,
  'short-term key': 'short-term',
  'long-term key': 'laptop',
};

/** Puts a level on a principal and takes it off again, each mechanism its own way. */
interface Mechanism {
  readonly identityArn: string;
  readonly credentials: readonly string[];
  readonly put: (store: IamStore, level: DenyLevel) => void;
  readonly lift: (store: IamStore, level: DenyLevel) => void;
}
const policyArn = (level: DenyLevel) => `arn:aws:iam::${account}:policy/bedrock-budget/${level}`;
const mechanisms: Readonly<Record<string, Mechanism>> = {
  'the attached policy': {
    identityArn: `arn:aws:iam::${account}:user/alice`,
    credentials: Object.keys(credentials),
    put: (store, level) => store.attach('user', 'alice', policyArn(level)),
    lift: (store, level) => store.detach('user', 'alice', policyArn(level)),
  },
  'the fence': {
    identityArn: `arn:aws:sts::${account}:assumed-role/App/ann@example.com`,
    credentials: ['signed', 'short-term key'],
    put: (store, level) => {
      const { id: roleId, arn: roleArn } = store.get('role', 'App');
      const sessions = [{ session: 'ann@example.com', level }];
      const document = fencePolicy({ roleId, roleArn, sessions }, sessionTexts) as EvaluatedPolicy;
      store.putInline('role', 'App', 'Fence', document);
    },
    lift: (store) => store.deleteInline('role', 'App', 'Fence'),
  },
};

function freshStore(): IamStore {
  const store = new IamStore({ account, now: () => new Date('2026-11-22T12:00:00Z') });
  const access: EvaluatedPolicy = {
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Action: ['bedrock:*', 'bedrock-mantle:*', 's3:*'], Resource: '*' },
  };
  store.create('user', { name: 'alice', inline: { Access: access } });
  store.create('role', { name: 'App', inline: { Access: access } });
  store.credentials.create('alice', { service: 'bedrock.amazonaws.com', alias: 'laptop' });
  for (const level of denyLevels) store.putPolicy(policyArn(level), texts[level] as EvaluatedPolicy);
  return store;
}

const cases = Object.keys(mechanisms).flatMap((mechanism) =>
  denyLevels.map((level) => [mechanism, level] as const),
);

describe.each(cases)('%s at %s', (name, level) => {
  const mechanism = mechanisms[name] as Mechanism;
  const store = freshStore();
  const ways = Object.entries(routes).flatMap(([route, call]) =>
    mechanism.credentials.flatMap((credential) =>
      (Object.keys(models) as Kind[]).map((kind) => ({
        kind,
        text: `${kind} ${route}, ${credential}`,
        call: { ...call(kind), apiKey: credentials[credential] },
      })),
    ),
  );
  const decisions = () =>
    Object.fromEntries(
      ways.map(({ text, call }) => {
        const asked = { ...call, identityArn: mechanism.identityArn, region };
        return [text, decideBedrockCall(store, asked, profiles).decision];
      }),
    );
  const everything = Object.fromEntries(ways.map(({ text }) => [text, 'allowed']));

  it('allows every way before, what the level leaves meanwhile, and every way after', () => {
    const before = structuredClone([...store.principals()].map(({ inline }) => [...inline]));
    expect(decisions()).toEqual(everything);
    mechanism.put(store, level);
    store.tick();
    expect(decisions()).toEqual(
      Object.fromEntries(
        ways.map(({ text, kind }) => [text, allowedUnder[level].includes(kind) ? 'allowed' : 'denied']),
      ),
    );
    mechanism.lift(store, level);
    store.tick();
    expect(decisions()).toEqual(everything);
    expect([...store.principals()].map(({ inline }) => [...inline])).toEqual(before);
  });

  it.each(['bedrock:ListFoundationModels', 'bedrock:StopModelInvocationJob', 'bedrock:CountTokens'])(
    'leaves %s alone',
    (action) => {
      mechanism.put(store, level);
      const call = { identityArn: mechanism.identityArn, modelId: models.premium[0], region, action };
      expect(decideBedrockCall(store, call, profiles).decision).toBe('allowed');
      mechanism.lift(store, level);
    },
  );
});

test('No model is taken for a more expensive one by its name on Mantle', () => {
  const premium = new Set(premiumModels(priceBook));
  const store = freshStore();
  store.attach('user', 'alice', policyArn('no-premium'));
  store.tick();
  const decide = (modelId: string) =>
    decideBedrockCall(
      store,
      {
        identityArn: `arn:aws:iam::${account}:user/alice`,
        region,
        modelId,
        action: 'bedrock-mantle:CreateInference',
      },
      {},
    ).decision;
  const wrong = priceBook.models.filter(
    ({ id }) => decide(id.replace(/(-\d{8})?-v1(:\d+)?$/, '')) !== (premium.has(id) ? 'denied' : 'allowed'),
  );
  expect(wrong.map(({ id }) => id)).toEqual([]);
});
