import { decideBedrockCall } from '../../../scripts/local/aws/bedrock-call.ts';
import { IamStore } from '../../../scripts/local/aws/iam-store.ts';
import type { PolicyStatement } from '../../../scripts/local/aws/policy.ts';

const account = '111122223333';
let now = new Date('2026-11-22T12:00:00Z');
let store: IamStore;

function alice(...denies: Omit<PolicyStatement, 'Effect' | 'Resource'>[]): void {
  now = new Date('2026-11-22T12:00:00Z');
  store = new IamStore({ account, now: () => now });
  const Statement: PolicyStatement[] = [
    { Effect: 'Allow', Action: ['bedrock:*', 'bedrock-mantle:*'], Resource: '*' },
    ...denies.map((deny) => ({ Sid: 'No', Effect: 'Deny', Resource: '*', ...deny }) as const),
  ];
  store.create('user', { name: 'alice', inline: { Own: { Version: '2012-10-17', Statement } } });
  store.credentials.create('alice', { service: 'bedrock.amazonaws.com', alias: 'laptop', ageDays: 30 });
}

const call = (changes: object = {}) =>
  decideBedrockCall(
    store,
    {
      identityArn: `arn:aws:iam::${account}:user/alice`,
      modelId: 'amazon.nova-micro-v1:0',
      region: 'us-east-1',
      ...changes,
    },
    {},
  );

test('a key works while it is active', () => {
  alice();
  expect(call({ apiKey: 'laptop' }).decision).toBe('allowed');
  const [key] = store.credentials.list();
  store.credentials.setStatus(key?.id ?? '', 'alice', 'Inactive');
  expect(call({ apiKey: 'laptop' })).toEqual({
    decision: 'denied',
    because: 'The API key laptop is inactive.',
  });
  expect(call().decision).toBe('allowed');
  store.credentials.setStatus(key?.id ?? '', 'alice', 'Active');
  now = new Date('2027-01-01T00:00:00Z');
  expect(call({ apiKey: key?.id }).because).toBe('The API key laptop is expired.');
});

test('a key that the user does not have is a mistake of whoever asks', () => {
  alice();
  expect(() => call({ apiKey: 'phone' })).toThrow('user/alice has no API key "phone" (laptop)');
});

test('a deny of bearer tokens stops both kinds of keys, and no signed call', () => {
  alice({ Action: 'bedrock:CallWithBearerToken' });
  expect(call({ apiKey: 'laptop' }).because).toContain('(No) denies bedrock:CallWithBearerToken');
  expect(call({ apiKey: 'short-term' }).decision).toBe('denied');
  expect(call().decision).toBe('allowed');
  const mantle = { action: 'bedrock-mantle:CreateInference', apiKey: 'laptop' };
  expect(call(mantle).decision).toBe('allowed');
});

test('a deny may mean one kind of key', () => {
  const Condition = { StringEquals: { 'bedrock:BearerTokenType': 'SHORT_TERM' } };
  alice({ Action: 'bedrock:CallWithBearerToken', Condition });
  expect([call({ apiKey: 'short-term' }).decision, call({ apiKey: 'laptop' }).decision]).toEqual([
    'denied',
    'allowed',
  ]);
});

test('a deny may mean a service tier, at both endpoints', () => {
  const StringEquals = { 'bedrock:ServiceTier': ['priority', 'reserved'] };
  alice(
    { Action: 'bedrock:InvokeModel', Condition: { StringEquals } },
    { Action: 'bedrock-mantle:*', Condition: { StringEquals: { 'bedrock-mantle:ServiceTier': 'priority' } } },
  );
  const decisions = (action: string) =>
    ['priority', 'flex', undefined].map((serviceTier) => call({ action, serviceTier }).decision);
  expect(decisions('bedrock:InvokeModel')).toEqual(['denied', 'allowed', 'allowed']);
  expect(decisions('bedrock-mantle:CreateInference')).toEqual(['denied', 'allowed', 'allowed']);
});

test('an inline deny of the role stops the one session that it names', () => {
  alice();
  const role = store.create('role', {
    name: 'App',
    inline: {
      Own: { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 'bedrock:*', Resource: '*' } },
    },
  });
  store.putInline('role', 'App', 'fence', {
    Version: '2012-10-17',
    Statement: {
      ...{ Sid: 'Sessions', Effect: 'Deny', Action: 'bedrock:*', Resource: '*' },
      Condition: { StringEquals: { 'aws:userid': [`${role.id}:carol`] } },
    },
  });
  const as = (session: string) =>
    call({ identityArn: `arn:aws:sts::${account}:assumed-role/App/${session}` });
  expect([as('carol').decision, as('dave').decision]).toEqual(['denied', 'allowed']);
  expect(as('carol').because).toContain('inline policy fence (Sessions)'.slice(1));
});
