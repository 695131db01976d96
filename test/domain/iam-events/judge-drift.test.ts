import type { Hold } from '../../../lambda/domain/control/access.ts';
import { firstState, type SubjectState } from '../../../lambda/domain/control/state.ts';
import { accountDrift } from '../../../lambda/domain/iam-events/account-drift.ts';
import { strays } from '../../../lambda/domain/iam-events/compare-carriers.ts';
import { objectionTo, standDownOf } from '../../../lambda/domain/iam-events/drift.ts';
import type { IamEvent } from '../../../lambda/domain/iam-events/iam-event.ts';
import { type DriftContext, judgeDrift } from '../../../lambda/domain/iam-events/judge-drift.ts';
import { readIamEvent } from '../../../lambda/domain/iam-events/read-iam-event.ts';
import { asUser, detachment, policies, trailEvent } from './events.ts';

const since = '2026-11-22T10:00:00.000Z';
const hold = (level: Hold['level'], at = since): Hold => ({
  level,
  window: 'month:2026-11',
  since: at,
  reason: 'x',
});
const suspended: SubjectState = {
  ...firstState(since, 'x'),
  holds: { own: hold('suspended') },
  enforced: { level: 'suspended', outcome: 'matched', at: since },
};
const free = firstState(since, 'x');
const read = (detail: unknown): IamEvent => {
  const event = readIamEvent(detail);
  if (event === undefined) throw new Error('no event');
  return event;
};
const judge = (detail: unknown, state: SubjectState = suspended, more: Partial<DriftContext> = {}) =>
  judgeDrift(read(detail), {
    ...{ subject: 'user/alice', state, policies, enforcing: true, repairsPerHour: 3 },
    ...{ now: new Date('2026-11-22T12:01:00Z'), ...more },
  });
const attach = (policyArn: string) => trailEvent('AttachUserPolicy', { userName: 'alice', policyArn });

describe('The halt switch', () => {
  const switchPolicyArn = policies.suspended.replace('Suspended', 'Switch');
  const detached = trailEvent('DetachUserPolicy', { userName: 'alice', policyArn: switchPolicyArn });

  test('taken off someone is told, of who is free, too, and left to the next round', () => {
    for (const state of [free, suspended]) {
      expect(judge(detached, state, { switchPolicyArn })).toMatchObject({
        ...{ action: 'drift', severity: 'warning', ask: false },
        detail: expect.stringContaining('took the halt switch off'),
      });
    }
    expect(judge(detached, free)).toBeUndefined();
  });

  test('moved by someone else is critical for the account', () => {
    const moved = trailEvent('SetDefaultPolicyVersion', { policyArn: switchPolicyArn, versionId: 'v1' });
    expect(accountDrift(read(moved), [switchPolicyArn])).toMatchObject({ severity: 'critical' });
  });
});

describe('A change of our denies by someone else', () => {
  test.each<[string, unknown, SubjectState, object | undefined]>([
    ['a deny taken off', detachment(), suspended, { action: 'drift', ask: true, severity: 'warning' }],
    [
      'another policy of ours taken off',
      trailEvent('DetachUserPolicy', { userName: 'alice', policyArn: policies.restricted }),
      suspended,
      undefined,
    ],
    ['a deny taken off someone who is free', detachment(), free, undefined],
    [
      'a deny attached to someone who is free',
      attach(policies.suspended),
      free,
      { action: 'drift', ask: true },
    ],
    ['the right deny attached', attach(policies.suspended), suspended, undefined],
    ['a weaker deny attached', attach(policies.restricted), suspended, { ask: true }],
    [
      'a fresh key for a suspended user',
      trailEvent('CreateServiceSpecificCredential', {
        userName: 'alice',
        serviceName: 'bedrock.amazonaws.com',
      }),
      suspended,
      { ask: true },
    ],
    [
      'a key switched off',
      trailEvent('UpdateServiceSpecificCredential', { userName: 'alice', status: 'Inactive' }),
      suspended,
      undefined,
    ],
    [
      'a fresh key for a free user',
      trailEvent('ResetServiceSpecificCredential', { userName: 'alice' }),
      free,
      undefined,
    ],
    [
      'a deleted suspended user',
      trailEvent('DeleteUser', { userName: 'alice' }),
      suspended,
      { action: 'drift', ask: false },
    ],
    ['a deleted free user', trailEvent('DeleteUser', { userName: 'alice' }), free, undefined],
  ])('%s', (_, detail, state, expected) => {
    const answer = judge(detail, state);
    if (expected === undefined) expect(answer).toBeUndefined();
    else expect(answer).toMatchObject(expected);
  });

  test('names who did it, and what becomes of it', () => {
    expect(judge(detachment())?.detail).toBe(
      'user/bob took our deny off (DetachUserPolicy, 2026-11-22T12:00:00.000Z). It is put back.',
    );
  });

  test('is told, not put back, where nothing is enforced', () => {
    expect(judge(detachment(), suspended, { enforcing: false })).toMatchObject({
      action: 'drift',
      ask: false,
    });
  });

  test('is answered once, however often its event comes', () => {
    const event = detachment();
    const drift = judge(event)?.drift;
    expect(judge(event, { ...suspended, drift })).toBeUndefined();
  });
});

describe('Who insists', () => {
  /** So many detachments, one after the other. */
  const fight = (times: number, by = 'bob', repairsPerHour = 3) => {
    let state = suspended;
    let last: ReturnType<typeof judge>;
    for (let round = 0; round < times; round++) {
      last = judge(detachment('alice', { userIdentity: asUser(by) }), state, { repairsPerHour });
      state = { ...state, drift: last?.drift };
    }
    return { state, last };
  };

  test.each([1, 3, 5])('wins after %i repairs within an hour', (repairs) => {
    expect(fight(repairs, 'bob', repairs).last).toMatchObject({ action: 'drift', ask: true });
    const { state, last } = fight(repairs + 1, 'bob', repairs);
    expect(last).toMatchObject({ action: 'stand-down', severity: 'critical' });
    expect(standDownOf(state)).toMatchObject({ kind: 'insisted', by: 'user/bob' });
    expect(objectionTo('attach', state)).toMatch(/^user\/bob changed the deny again and again/);
  });

  test('is one human: two who did it twice each have not insisted', () => {
    const { state } = fight(2, 'bob');
    const twice = judge(detachment('alice', { userIdentity: asUser('eve') }), state);
    expect(twice).toMatchObject({ action: 'drift', ask: true });
  });

  test('has to do it within an hour', () => {
    const { state } = fight(3);
    const later = new Date('2026-11-22T13:01:30Z');
    expect(
      judge(detachment('alice', { eventTime: '2026-11-22T13:01:00Z' }), state, { now: later }),
    ).toMatchObject({
      action: 'drift',
      ask: true,
    });
  });

  test('is never the one who is held', () => {
    expect(fight(6, 'alice').last).toMatchObject({ action: 'drift', ask: true });
  });

  test('is not fought any more, and every further change is told', () => {
    const { state } = fight(4);
    expect(judge(detachment(), state)).toMatchObject({ action: 'drift', ask: false });
  });

  test('has not decided about a newer hold, nor about a later suspension', () => {
    const { state } = fight(4);
    const halted = {
      ...state,
      holds: { ...state.holds, account: hold('suspended', '2026-11-22T14:00:00.000Z') },
    };
    expect(objectionTo('attach', halted)).toBeUndefined();
    expect(objectionTo('attach', { ...state, holds: {} })).toBeUndefined();
    const again = { ...state, holds: { own: hold('suspended', '2026-12-01T14:00:00.000Z') } };
    expect(objectionTo('attach', again)).toBeUndefined();
  });

  test('may also insist on a deny, and what we place later we take off again', () => {
    let state = free;
    for (let round = 0; round < 4; round++)
      state = { ...state, drift: judge(attach(policies.suspended), state)?.drift };
    expect(objectionTo('detach', state)).toBeDefined();
    const placedByUs = {
      ...state,
      enforced: { level: 'suspended', outcome: 'matched', at: '2026-12-02T00:00:00.000Z' },
    } as const;
    expect(objectionTo('detach', placedByUs)).toBeUndefined();
    const released = { ...placedByUs, enforced: { ...placedByUs.enforced, level: 'none' } } as const;
    expect(objectionTo('detach', released)).toBeUndefined();
  });
});

describe('The hold tag', () => {
  const tag = (by = 'bob') =>
    trailEvent(
      'TagUser',
      { userName: 'alice', tags: [{ key: 'BedrockBudgetHold', value: 'manual' }] },
      { userIdentity: asUser(by) },
    );

  test('keeps our hands off until it goes', () => {
    const off = judge(tag(), suspended, { heldByTag: true });
    expect(off).toMatchObject({ action: 'hands-off', severity: 'critical', ask: false });
    const state = { ...suspended, drift: off?.drift };
    expect(objectionTo('attach', state)).toMatch(/BedrockBudgetHold=manual, set by user\/bob/);
    expect(judge(detachment(), state)).toMatchObject({ ask: false });
    const untag = trailEvent('UntagUser', { userName: 'alice', tagKeys: ['BedrockBudgetHold'] });
    const on = judge(untag, state, { heldByTag: false });
    expect(on).toMatchObject({ action: 'hands-on', ask: true });
    expect(objectionTo('attach', { ...state, drift: on?.drift })).toBeUndefined();
  });

  test('does not count on oneself', () => {
    const answer = judge(tag('alice'), suspended, { heldByTag: true });
    expect(answer).toMatchObject({ action: 'drift', ask: false });
    expect(objectionTo('attach', { ...suspended, drift: answer?.drift })).toBeUndefined();
  });

  test('changes nothing where IAM does not say what is so', () => {
    expect(judge(tag())).toBeUndefined();
  });
});

describe('The exempt tag', () => {
  const tags = [{ key: 'BedrockBudgetExempt', value: 'true' }];
  const tag = trailEvent('TagUser', { userName: 'alice', tags });

  test('on someone who is held is told critically, and the enforcer looks again', () => {
    expect(judge(tag)).toMatchObject({ action: 'drift', severity: 'critical', ask: true });
  });

  test('on someone who is free means nothing yet', () => {
    expect(judge(tag, free)).toBeUndefined();
  });
});

describe('A change of the text of our denies', () => {
  const all = Object.values(policies);
  const text = (name: string, more = {}) =>
    accountDrift(read(trailEvent(name, { policyArn: policies.suspended }, more)), all);

  test.each(['CreatePolicyVersion', 'SetDefaultPolicyVersion', 'DeletePolicyVersion', 'DeletePolicy'])(
    'by %s is critical, and the alert says how to put it right',
    (name) => {
      expect(text(name)).toMatchObject({
        severity: 'critical',
        detail: expect.stringMatching(/set-default-policy-version.*deploy the security stack/s),
      });
    },
  );

  test('by a deployment is expected', () => {
    const userIdentity = { ...asUser('bob'), invokedBy: 'cloudformation.amazonaws.com' };
    expect(text('CreatePolicyVersion', { userIdentity })).toMatchObject({ severity: 'warning' });
  });

  test('of anybody else’s policy is none of ours', () => {
    const other = trailEvent('DeletePolicy', { policyArn: 'arn:aws:iam::111122223333:policy/Other' });
    expect(accountDrift(read(other), all)).toBeUndefined();
  });

  test('and a deny on a whole group are for an admin', () => {
    const group = trailEvent('AttachGroupPolicy', { groupName: 'all', policyArn: policies.suspended });
    expect(accountDrift(read(group), all)).toMatchObject({ severity: 'critical' });
  });
});

describe('Compared with IAM’s lists', () => {
  const now = new Date('2026-11-22T12:00:00Z');
  const carrying = new Map([['user/alice', new Set(['suspended'] as const)]]);
  const stray = (
    state: SubjectState,
    carried: Parameters<typeof strays>[1] = new Map(),
    subject = 'user/alice',
  ) => strays([{ subject, state }], carried, now).length === 1;

  test.each<[string, boolean]>([
    ['held and not carrying', stray(suspended)],
    ['carrying and not held', stray(free, carrying)],
    ['carrying the wrong one', stray({ ...suspended, holds: { own: hold('restricted') } }, carrying)],
    [
      'carrying two',
      stray(suspended, new Map([['user/alice', new Set(['suspended', 'restricted'] as const)]])),
    ],
  ])('a principal that is %s is to be seen to', (_, found) => {
    expect(found).toBe(true);
  });

  const recent = '2026-11-22T11:58:00.000Z';
  test.each<[string, boolean]>([
    ['as it should be', stray(suspended, carrying)],
    ['free and carrying nothing', stray(free)],
    ['just being changed', stray({ ...suspended, holds: { own: hold('suspended', recent) } })],
    [
      'waiting for a workflow',
      stray({
        ...suspended,
        pending: { own: { workflow: 'suspension', window: 'w', execution: 'e', since } },
      }),
    ],
    [
      'out of every policy’s reach',
      stray(suspended, new Map(), 'role/AWSReservedSSO_x_0123456789abcdef/ann'),
    ],
    [
      'left as an admin made it',
      stray({
        ...suspended,
        drift: {
          answered: [],
          standDown: { kind: 'insisted', by: 'user/bob', since, holds: [`own@${since}`] },
        },
      }),
    ],
  ])('a principal that is %s is let be', (_, found) => {
    expect(found).toBe(false);
  });
});
