import { settingsSchema } from '../../../lambda/contracts/settings.ts';
import type { Hold } from '../../../lambda/domain/control/access.ts';
import { changed, firstState, type SubjectState } from '../../../lambda/domain/control/state.ts';
import type { DenyLevel } from '../../../lambda/domain/level.ts';
import { answerIamEvent, type IamEventsDeps } from '../../../lambda/handlers/iam-events.ts';
import { respectAdmins } from '../../../lambda/use-cases/enforcement/respect-admins.ts';
import { reconcileDenies } from '../../../lambda/use-cases/iam-watch/reconcile-denies.ts';
import type { DenyCarrier, IamRecord } from '../../../lambda/use-cases/ports/iam.ts';
import type { KnownPrincipal } from '../../../lambda/use-cases/ports/subjects.ts';
import { MemorySubjects } from '../../../scripts/budgeteer/replay/memory-subjects.ts';
import { asSession, detachment, enforcerRole, policies, trailEvent } from '../../domain/iam-events/events.ts';

const since = '2026-11-22T10:00:00.000Z';
const suspend: Hold = { level: 'suspended', window: 'month:2026-11', since, reason: 'test' };
const change = { at: since, action: 'test', actor: 'test', reason: 'test', before: '', after: '' };
const held: Partial<SubjectState> = {
  holds: { own: suspend },
  enforced: { level: 'suspended', outcome: 'matched', at: since },
};

/** A table, an IAM and an enforcer that notes whom it is asked for. */
class World {
  readonly subjects = new MemorySubjects();
  readonly asked: string[] = [];
  readonly toEvaluate: string[] = [];
  readonly records = new Map<string, IamRecord>();
  readonly known = new Map<string, KnownPrincipal>();
  readonly settings = settingsSchema.parse({ mode: 'enforce', teamTag: 'Team' });
  /** So many askings fail. */
  faults = 0;
  readonly deps: IamEventsDeps;

  constructor() {
    const wake = this.subjects.requestEvaluation.bind(this.subjects);
    this.subjects.requestEvaluation = async (subject) => {
      this.toEvaluate.push(subject);
      await wake(subject);
    };
    this.deps = {
      subjects: this.subjects,
      settings: this.settings,
      clock: () => new Date('2026-11-22T12:01:00Z'),
      policies,
      ownRoleArns: [enforcerRole],
      enforcer: {
        ask: async (subject) => {
          if (this.faults-- > 0) throw new Error('Rate exceeded');
          this.asked.push(subject);
        },
      },
      iam: {
        find: async (targets) =>
          new Map(
            [...this.records].filter(([id]) => targets.some(({ type, name }) => id === `${type}/${name}`)),
          ),
      },
      registry: {
        find: async () => this.known,
        remember: async (principal, known) => void this.known.set(principal, known),
      },
    };
  }

  async provision(subject: string, patch: Partial<SubjectState> = {}): Promise<void> {
    const first = firstState(since, 'test');
    await this.subjects.provision(subject, first);
    await this.subjects.commit({ subject, expectedVersion: 1, state: changed(first, patch, change) });
  }

  tell = (detail: object) => answerIamEvent({ detail }, this.deps);
  describes = (id: string, tags: Record<string, string> = {}) =>
    this.records.set(id, { arn: `arn:aws:iam::111122223333:${id}`, path: '/', uniqueId: 'AIDA1', tags });
}

let world: World;
beforeEach(() => {
  world = new World();
});

describe('Onboarding', () => {
  const created = trailEvent('CreateUser', { userName: 'alice' });
  const key = trailEvent('CreateServiceSpecificCredential', {
    userName: 'alice',
    serviceName: 'bedrock.amazonaws.com',
  });

  test('gives a new user a budget before the first call, its team and its unique id', async () => {
    world.describes('user/alice', { Team: 'ml' });
    expect(await world.tell(created)).toMatchObject({ onboarding: 'onboarded', drift: 'none' });
    expect((await world.subjects.state('user/alice'))?.lastChange).toMatchObject({
      action: 'provision',
      actor: 'iam-events',
    });
    expect(world.known.get('user/alice')).toMatchObject({ team: 'team/ml', uniqueId: 'AIDA1' });
    expect(world.toEvaluate).toEqual(['user/alice']);
  });

  test('comes to the same in any order, and however often', async () => {
    world.describes('user/alice');
    for (const event of [key, created, key, created]) await world.tell(event);
    expect(world.subjects.history).toHaveLength(1);
    expect(world.toEvaluate).toEqual(['user/alice']);
  });

  test('takes the event’s word where IAM does not answer', async () => {
    const answered = { user: { path: '/eng/', userName: 'alice', userId: 'AIDA7' } };
    const tags = [{ key: 'team', value: 'ops' }];
    await world.tell(trailEvent('CreateUser', { userName: 'alice', tags }, { responseElements: answered }));
    expect(world.known.get('user/alice')).toMatchObject({ team: 'team/ops', uniqueId: 'AIDA7' });
  });

  test('believes IAM, not the event, about where a user stands', async () => {
    world.records.set('user/rescue', { arn: '', path: '/break-glass/', uniqueId: 'AIDA9', tags: {} });
    expect(await world.tell(trailEvent('CreateUser', { userName: 'rescue' }))).toMatchObject({
      onboarding: 'left-alone',
    });
    expect(await world.subjects.state('user/rescue')).toBeUndefined();
  });

  test('notes a changed team of whoever is known, and lets unknown roles be', async () => {
    await world.provision('role/App');
    world.records.set('role/App', { arn: '', path: '/', uniqueId: 'AROA1', tags: { Team: 'new' } });
    const tagging = (roleName: string, key = 'Team') =>
      trailEvent('TagRole', { roleName, tags: [{ key, value: 'new' }] });
    expect(await world.tell(tagging('App'))).toMatchObject({ onboarding: 'refreshed' });
    expect(world.known.get('role/App')).toMatchObject({ team: 'team/new' });
    expect(await world.tell(tagging('Unknown'))).toMatchObject({ onboarding: 'left-alone' });
    expect(await world.tell(tagging('App', 'CostCenter'))).toMatchObject({ onboarding: 'left-alone' });
  });
});

describe('Drift', () => {
  const drifts = () =>
    world.subjects.alerts.map(({ notice, severity, subject }) => [notice, severity, subject]);

  test('is told, audited with who did it, and put back', async () => {
    await world.provision('user/alice', held);
    expect(await world.tell(detachment())).toMatchObject({ drift: 'drift' });
    expect(drifts()).toEqual([['drift', 'warning', 'user/alice']]);
    expect((await world.subjects.state('user/alice'))?.lastChange).toMatchObject({
      action: 'drift',
      actor: 'user/bob',
    });
    expect(world.asked).toEqual(['user/alice']);
  });

  test('is told once, and asked for again where the asking is what failed', async () => {
    await world.provision('user/alice', held);
    const event = detachment();
    world.faults = 1;
    await expect(world.tell(event)).rejects.toThrow('Rate exceeded');
    await world.tell(event);
    expect(drifts()).toHaveLength(1);
    expect(world.asked).toEqual(['user/alice']);
  });

  test('is never what our own enforcer does', async () => {
    await world.provision('user/alice', held);
    const own = detachment('alice', { userIdentity: asSession(enforcerRole, 'bedrock-budgeteer-enforcer') });
    expect(await world.tell(own)).toMatchObject({ drift: 'own' });
    const namesake = 'arn:aws:iam::111122223333:role/enforcer';
    const other = detachment('alice', { userIdentity: asSession(namesake, 'x') });
    expect(await world.tell(other)).toMatchObject({ drift: 'drift' });
  });

  test('ends after three repairs by one human, with a critical alert', async () => {
    await world.provision('user/alice', held);
    for (let round = 0; round < 5; round++) await world.tell(detachment());
    expect(drifts().map(([, severity]) => severity)).toEqual([
      'warning',
      'warning',
      'warning',
      'critical',
      'warning',
    ]);
    // Three repairs, and one more so that the state says what IAM carries.
    expect(world.asked).toHaveLength(4);
  });

  test('is only told while enforcement is paused', async () => {
    await world.provision('user/alice', held);
    await world.provision('account', { paused: { since, by: 'user/ops', reason: 'test' } });
    await world.tell(detachment());
    expect([drifts().length, world.asked]).toEqual([1, []]);
  });

  test('of a policy’s text alerts critically at the account', async () => {
    await world.tell(
      trailEvent('CreatePolicyVersion', { policyArn: policies.suspended, setAsDefault: true }),
    );
    expect(drifts()).toEqual([['drift', 'critical', 'account']]);
  });

  test('of someone without a budget is reported, and not touched', async () => {
    const attach = trailEvent('AttachUserPolicy', { userName: 'nobody', policyArn: policies.suspended });
    expect(await world.tell(attach)).toMatchObject({ drift: 'account' });
    await world.tell(attach);
    expect([drifts(), world.asked]).toEqual([[['drift', 'warning', 'account']], []]);
  });

  test('stops with the hold tag, as IAM tells it', async () => {
    await world.provision('user/alice', held);
    world.describes('user/alice', { BedrockBudgetHold: 'manual' });
    const tags = [{ key: 'BedrockBudgetHold', value: 'manual' }];
    expect(await world.tell(trailEvent('TagUser', { userName: 'alice', tags }))).toMatchObject({
      drift: 'hands-off',
    });
    await world.tell(detachment());
    expect(world.asked).toEqual([]);
    world.describes('user/alice');
    const untag = trailEvent('UntagUser', { userName: 'alice', tagKeys: ['BedrockBudgetHold'] });
    expect(await world.tell(untag)).toMatchObject({ drift: 'hands-on' });
    expect(world.asked).toEqual(['user/alice']);
  });
});

describe('A user who is created with the hold tag', () => {
  test('is known, and left alone from the start', async () => {
    world.describes('user/alice', { BedrockBudgetHold: 'manual' });
    const tags = [{ key: 'BedrockBudgetHold', value: 'manual' }];
    const made = await world.tell(trailEvent('CreateUser', { userName: 'alice', tags }));
    expect(made).toMatchObject({ onboarding: 'onboarded', drift: 'hands-off' });
  });
});

describe('The enforcer', () => {
  const run = async (step: DenyLevel | 'none', found: DenyLevel[]) => {
    const carried: string[] = [];
    const carry = respectAdmins({
      subjects: world.subjects,
      attached: async () => new Set(found),
      carry: async (_, wanted) => carried.push(wanted) > 0,
    });
    const outcome = await carry({ type: 'user', name: 'alice' }, step).catch((error: Error) => error.name);
    return { outcome, carried };
  };

  test('leaves IAM as an admin made it who insisted, and does its work for everyone else', async () => {
    await world.provision('user/alice', held);
    expect(await run('suspended', [])).toEqual({ outcome: true, carried: ['suspended'] });
    for (let round = 0; round < 4; round++) await world.tell(detachment());
    expect(await run('suspended', [])).toEqual({ outcome: 'UnenforceableError', carried: [] });
    expect(await run('suspended', ['suspended'])).toEqual({ outcome: false, carried: [] });
    expect(await run('none', ['suspended'])).toEqual({ outcome: true, carried: ['none'] });
  });
});

describe('The comparison with IAM', () => {
  const reconcile = (carriers: readonly DenyCarrier[]) =>
    reconcileDenies({
      ...world.deps,
      states: {
        all: async function* () {
          const all = [...world.subjects.states].filter(([subject]) => subject.includes('/'));
          yield all.map(([subject, state]) => ({ subject, state }));
        },
      },
      carriers: { of: async (arn) => carriers.filter(({ policyArn }) => policyArn === arn) },
      enforces: () => true,
    });
  const carrier = (name: string, type: DenyCarrier['type'] = 'user') => ({
    type,
    name,
    policyArn: policies.suspended,
  });

  test('finds who is held and carries nothing, who carries and is not held, and whom nobody knows', async () => {
    await world.provision('user/lost', held);
    await world.provision('user/right', held);
    await world.provision('user/free');
    const found = await reconcile([
      carrier('right'),
      carrier('free'),
      carrier('stranger'),
      carrier('all', 'group'),
    ]);
    expect(found).toEqual({
      ...{ carriers: 4, principals: 3 },
      repairs: ['user/lost', 'user/free'],
      unknown: ['group/all', 'user/stranger'],
    });
    expect(world.asked).toEqual(['user/lost', 'user/free']);
  });

  test('asks for nothing while enforcement is paused', async () => {
    await world.provision('user/lost', held);
    await world.provision('account', { paused: { since, by: 'user/ops', reason: 'test' } });
    expect((await reconcile([])).repairs).toEqual([]);
  });

  test('looks at a thousand carriers, and leaves a flood of repairs for the next rounds', async () => {
    for (let index = 0; index < 1_000; index++) await world.provision(`user/u${index}`, held);
    const all = Array.from({ length: 1_000 }, (_, index) => carrier(`u${index}`));
    expect(await reconcile(all)).toMatchObject({ carriers: 1_000, repairs: [], unknown: [] });
    expect((await reconcile([])).repairs).toHaveLength(200);
  });
});
