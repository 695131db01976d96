import fc from 'fast-check';
import { settingsSchema } from '../../../lambda/contracts/settings.ts';
import type { Hold } from '../../../lambda/domain/control/access.ts';
import type { ApiKey } from '../../../lambda/domain/control/api-keys.ts';
import { changed, firstState } from '../../../lambda/domain/control/state.ts';
import { sessionDenyTexts } from '../../../lambda/domain/deny-policies/deny-texts.ts';
import type { DenyLevel, EnforcedLevel } from '../../../lambda/domain/level.ts';
import { priceBook } from '../../../lambda/domain/pricing/price-book.ts';
import { type EnforceDeps, enforce, enforceAlone } from '../../../lambda/use-cases/enforcement/enforce.ts';
import { type FenceDeps, fenceSession } from '../../../lambda/use-cases/enforcement/fence-session.ts';
import { matchIam } from '../../../lambda/use-cases/enforcement/match-iam.ts';
import { type ApiKeys, type Iam, PolicyQuotaError } from '../../../lambda/use-cases/ports/iam.ts';
import { MemorySubjects } from '../../../scripts/budgeteer/replay/memory-subjects.ts';

const alice = 'user/alice';
const at = '2026-11-22T12:00:00.000Z';
const slots = 10;
const inline = { UseBedrock: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow"}]}' };

type Fault = 'none' | 'refused' | 'answer-lost';

/** One user as IAM has it: whatever is attached, in the order in which IAM lists it, inline text, and keys. */
class WholeIam implements Iam, ApiKeys {
  readonly policies: string[];
  keys: ApiKey[];
  readonly inline = { ...inline };
  /** What the next calls come to. */
  faults: Fault[] = [];

  constructor(own: number, keys: readonly ApiKey['status'][]) {
    this.policies = Array.from({ length: own }, (_, index) => `own-${index}`);
    this.keys = keys.map((status, index) => ({ id: `key-${index}`, status }));
  }

  get text(): string {
    return JSON.stringify({ policies: this.policies, inline: this.inline, keys: this.keys });
  }

  /** A call that throttles did nothing; one whose answer is lost did it all the same. */
  #call<T>(work: () => T): T {
    const fault = this.faults.shift() ?? 'none';
    if (fault === 'refused') throw new Error('Rate exceeded');
    const result = work();
    if (fault === 'answer-lost') throw new Error('socket hang up');
    return result;
  }

  async attached() {
    const levels = ['no-premium', 'restricted', 'suspended'] as const;
    return this.#call(() => new Set(levels.filter((level) => this.policies.includes(level))));
  }

  async attach(_: unknown, level: DenyLevel) {
    this.#call(() => {
      if (this.policies.includes(level)) return;
      if (this.policies.length >= slots) throw new PolicyQuotaError('No free slot: make one.');
      this.policies.push(level);
    });
  }

  async detach(_: unknown, level: DenyLevel) {
    this.#call(() => {
      const index = this.policies.indexOf(level);
      if (index >= 0) this.policies.splice(index, 1);
    });
  }

  async denies() {
    return this.#call(() => true);
  }

  async of() {
    return this.#call(() => this.keys.map((key) => ({ ...key })));
  }

  async set(_user: string, id: string, status: 'Active' | 'Inactive') {
    this.#call(() => {
      this.keys = this.keys.map((key) => (key.id === id ? { ...key, status } : key));
    });
  }
}

const workflowSteps = ['no-premium', 'restricted', 'grace', 'suspended'] as const;
const wishes = fc.record({
  own: fc.option(fc.constantFrom(...workflowSteps), { nil: undefined }),
  account: fc.option(fc.constant('suspended' as const), { nil: undefined }),
  faults: fc.array(fc.constantFrom<Fault>('none', 'none', 'refused', 'answer-lost'), { maxLength: 8 }),
});

async function wish(subjects: MemorySubjects, own?: Hold['level'], account?: Hold['level']): Promise<void> {
  const state = await subjects.state(alice);
  if (state === undefined) throw new Error('Nobody is there.');
  const hold = (level: Hold['level']): Hold => ({
    level,
    window: 'month:2026-11',
    since: at,
    reason: 'test',
  });
  const holds = { ...(own && { own: hold(own) }), ...(account && { account: hold(account) }) };
  const next = changed(state, { holds }, state.lastChange);
  await subjects.commit({ subject: alice, expectedVersion: state.version, state: next });
}

it('leaves IAM byte for byte as it was, after any holds in any order with any calls failing', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(wishes, { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 0, max: slots }),
      fc.array(fc.constantFrom<ApiKey['status']>('Active', 'Inactive', 'Expired'), { maxLength: 3 }),
      async (sequence, own, keys) => {
        const iam = new WholeIam(own, keys);
        const before = iam.text;
        const subjects = new MemorySubjects();
        await subjects.provision(alice, firstState(at, 'test'));
        const deps: EnforceDeps = {
          ...{ subjects, settings: settingsSchema.parse({ mode: 'enforce' }), apiKeys: iam, holder: 'test' },
          clock: () => new Date(at),
          principals: { describe: async () => ({ arn: '', path: '/', uniqueId: '', tags: {} }) },
          carry: (target, level) =>
            target.type === 'session'
              ? Promise.reject(new Error('No session plays here.'))
              : matchIam(target, level, { iam, sleep: async () => {} }),
        };
        for (const { own: level, account, faults } of sequence) {
          await wish(subjects, level, account);
          iam.faults = [...faults];
          // It is recorded and tried again: the next wish may come before that.
          await enforceAlone({ subject: alice }, deps).catch(() => {});
        }
        iam.faults = [];
        await wish(subjects);
        await enforce({ subject: alice }, deps);
        expect(iam.text).toBe(before);
        expect((await subjects.state(alice))?.keysOff).toBeUndefined();
      },
    ),
    { numRuns: 500 },
  );
});

it('leaves a shared role byte for byte as it was, whichever of its sessions were fenced, with any calls failing', async () => {
  const names = ['ann@example.com', 'ben@example.com', 'cat@example.com'] as const;
  const fenceName = 'BedrockBudgetFence-test';
  const texts = sessionDenyTexts(priceBook, 'aws', '111122223333');
  const turn = fc.record({
    session: fc.constantFrom(...names),
    level: fc.constantFrom<EnforcedLevel>('none', 'no-premium', 'restricted', 'suspended'),
    faults: fc.array(fc.constantFrom<Fault>('none', 'none', 'refused', 'answer-lost'), { maxLength: 5 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(turn, { minLength: 1, maxLength: 10 }), async (turns) => {
      const role: Record<string, string> = { ...inline };
      const before = JSON.stringify(role);
      const held = new Map<string, DenyLevel>();
      let faults: Fault[] = [];
      const call = <T>(work: () => T): T => {
        const fault = faults.shift() ?? 'none';
        if (fault === 'refused') throw new Error('Rate exceeded');
        const result = work();
        if (fault === 'answer-lost') throw new Error('socket hang up');
        return result;
      };
      const deps: FenceDeps = {
        ...{ texts, holder: 'test', spares: () => false, sleep: async () => {} },
        principals: {
          describe: async () => ({
            ...{
              arn: 'arn:aws:iam::111122223333:role/App',
              path: '/',
              uniqueId: 'AROAEXAMPLEEXAMPLEEX1',
              tags: {},
            },
          }),
        },
        subjects: { lease: (_subject, _holder, work) => work() },
        fence: {
          read: async () =>
            call(() => (role[fenceName] === undefined ? undefined : JSON.parse(role[fenceName]))),
          write: async (_name, policy) =>
            call(() => {
              if (policy === undefined) delete role[fenceName];
              else role[fenceName] = JSON.stringify(policy);
            }),
        },
        fenced: {
          of: async () => call(() => [...held].map(([session, level]) => ({ session, level }))),
          set: async (_role, session, level) =>
            call(() => {
              if (level === 'none') held.delete(session);
              else held.set(session, level);
            }),
        },
      };
      for (const { session, level, faults: some } of turns) {
        faults = [...some];
        await fenceSession({ role: 'App', session }, level, deps).catch(() => {});
      }
      faults = [];
      for (const session of names) await fenceSession({ role: 'App', session }, 'none', deps);
      expect(JSON.stringify(role)).toBe(before);
    }),
    { numRuns: 300 },
  );
});

it('never leaves a user without any deny on the way from a restriction to a suspension', async () => {
  const iam = new WholeIam(slots - 2, []);
  iam.policies.push('restricted');
  const seen: boolean[] = [];
  const watch =
    <A extends unknown[]>(call: (...given: A) => Promise<void>) =>
    async (...given: A) => {
      await call(...given);
      seen.push(iam.policies.some((name) => !name.startsWith('own')));
    };
  iam.attach = watch(iam.attach.bind(iam));
  iam.detach = watch(iam.detach.bind(iam));
  await matchIam({ type: 'user', name: 'alice' }, 'suspended', { iam, sleep: async () => {} });
  expect(seen).toEqual([true, true]);
});
