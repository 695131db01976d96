import fc from 'fast-check';
import type { SettingsInput } from '../../../lambda/contracts/settings.ts';
import { accessOf } from '../../../lambda/domain/control/access.ts';
import type { OverrideRequest } from '../../../lambda/domain/control/override-request.ts';
import { ControlRun } from '../../support/control-run.ts';

const people = ['user/ann', 'user/ben', 'user/cat'] as const;
const begins = new Date('2026-11-05T00:00:00Z');
const limits = { person: 10, team: 15, account: 25 };
const settings = {
  mode: 'enforce' as const,
  defaultBudget: { monthUsd: String(limits.person) },
  teams: { 'team/ml': { members: ['user/ann', 'user/ben'], monthUsd: String(limits.team) } },
  accountBudget: { monthUsd: String(limits.account) },
} satisfies SettingsInput;

type Subject = (typeof people)[number] | 'team/ml' | 'account';
type ModelStep =
  | { readonly do: 'spend'; readonly who: (typeof people)[number]; readonly usd: number }
  | { readonly do: 'wait'; readonly hours: number }
  | {
      readonly do: 'order';
      readonly action: OverrideRequest['action'];
      readonly subject: Subject;
      readonly hours: number;
    }
  | { readonly do: 'fail'; readonly calls: number; readonly deaths: number };

const hour = 3_600_000;

/**
 * What should be, told without holds, workflows or retries: sums by month, the orders in force, and one rule per access.
 */
class Model {
  readonly #spent = new Map<string, number>();
  readonly #orders = new Map<
    string,
    { suspend?: number; exempt?: number; release?: number; at?: number; raises: [number, number][] }
  >();
  paused = false;
  now = begins.getTime();
  #orderCount = 0;

  spend(who: string, usd: number): void {
    for (const subject of [who, 'account', ...(who === 'user/cat' ? [] : ['team/ml'])]) {
      this.#spent.set(this.#key(subject), this.#sum(subject) + usd);
    }
  }

  order(action: OverrideRequest['action'], subject: string, ends: number): void {
    const orders = this.#of(subject);
    // Which of two orders is the newer word.
    if (action === 'suspend' || action === 'restore') orders.at = this.#orderCount++;
    const nextMonth = Date.UTC(new Date(this.now).getUTCFullYear(), new Date(this.now).getUTCMonth() + 1, 1);
    if (action === 'extend') orders.raises.push([5, ends]);
    else if (action === 'exempt') orders.exempt = ends;
    else if (action === 'suspend') Object.assign(orders, { suspend: ends, release: undefined });
    else if (action === 'halt')
      Object.assign(orders, { suspend: Number.POSITIVE_INFINITY, release: undefined });
    else if (action === 'restore') Object.assign(orders, { suspend: undefined, release: ends });
    else if (action === 'resume') {
      // Also where an earlier resume holds the halt off already: ordered twice, it is held off all the same.
      const used = this.#sum('account') >= this.#limit('account');
      Object.assign(orders, { suspend: undefined, release: used ? nextMonth : undefined });
    } else if (action === 'pause') this.paused = true;
    else if (action === 'unpause') this.paused = false;
  }

  /** As the automatic causes of `who` see it. */
  access(who: string): string {
    const stands = (end: number | undefined) => end !== undefined && end > this.now;
    const { suspend, exempt, release } = this.#of(who);
    const { suspend: halt } = this.#of('account');
    const team = this.#of('team/ml');
    if (stands(halt) || this.#isUsedUp('account')) return 'halted';
    if (stands(suspend)) return 'suspended';
    const inTeam = who !== 'user/cat';
    const restoredSince = stands(release) && (this.#of(who).at ?? 0) > (team.at ?? 0);
    if (inTeam && stands(team.suspend) && !restoredSince) return 'suspended';
    const spared = stands(exempt) || stands(release);
    if (spared) return 'active';
    if (this.#isUsedUp(who) || (inTeam && this.#isUsedUp('team/ml'))) return 'suspended';
    return this.#sum(who) >= this.#limit(who) * 0.9 ? 'restricted' : 'active';
  }

  #isUsedUp(subject: string): boolean {
    const { release } = this.#of(subject);
    const held = release !== undefined && release > this.now;
    return !held && this.#sum(subject) >= this.#limit(subject);
  }

  #limit(subject: string): number {
    const base = subject === 'account' ? limits.account : subject === 'team/ml' ? limits.team : limits.person;
    return this.#of(subject).raises.reduce((sum, [usd, ends]) => sum + (ends > this.now ? usd : 0), base);
  }

  #sum(subject: string): number {
    return this.#spent.get(this.#key(subject)) ?? 0;
  }

  #key(subject: string): string {
    return `${subject} ${new Date(this.now).toISOString().slice(0, 7)}`;
  }

  #of(subject: string) {
    const found = this.#orders.get(subject) ?? { raises: [] };
    this.#orders.set(subject, found);
    return found;
  }
}

const carries: Record<string, string[]> = {
  active: [],
  restricted: ['restricted'],
  suspended: ['suspended'],
  halted: ['suspended'],
};

const onlyAccount = ['halt', 'resume', 'pause', 'unpause'] as const;
const onlyPeople = ['exempt'] as const;

const steps: fc.Arbitrary<ModelStep> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('spend' as const),
      who: fc.constantFrom(...people),
      usd: fc.integer({ min: 1, max: 6 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('wait' as const), hours: fc.constantFrom(1, 5, 30, 200, 700) }),
  },
  {
    weight: 4,
    arbitrary: fc.oneof(
      fc.record({
        do: fc.constant('order' as const),
        action: fc.constantFrom(...onlyAccount),
        subject: fc.constant('account' as const),
        hours: fc.constant(0),
      }),
      fc.record({
        do: fc.constant('order' as const),
        action: fc.constantFrom(...onlyPeople),
        subject: fc.constantFrom(...people),
        hours: fc.constantFrom(3, 100),
      }),
      fc.record({
        do: fc.constant('order' as const),
        action: fc.constantFrom('suspend' as const, 'restore' as const),
        subject: fc.constantFrom(...people, 'team/ml' as const),
        hours: fc.constantFrom(3, 100),
      }),
      fc.record({
        do: fc.constant('order' as const),
        action: fc.constant('extend' as const),
        subject: fc.constantFrom(...people, 'team/ml' as const, 'account' as const),
        hours: fc.constantFrom(3, 100),
      }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('fail' as const),
      calls: fc.integer({ min: 1, max: 6 }),
      deaths: fc.integer({ min: 0, max: 2 }),
    }),
  },
);

async function play(sequence: readonly ModelStep[]): Promise<{ run: ControlRun; model: Model }> {
  const run = new ControlRun(settings, begins);
  const model = new Model();
  for (const who of people) {
    await run.spend(who, '0.01');
    model.spend(who, 0.01);
  }
  for (const step of sequence) {
    if (step.do === 'spend') {
      await run.spend(step.who, String(step.usd));
      model.spend(step.who, step.usd);
    } else if (step.do === 'wait') {
      const to = new Date(run.now.getTime() + step.hours * hour);
      await run.advance(to);
      model.now = to.getTime();
    } else if (step.do === 'fail') {
      run.iam.faults += step.calls;
      run.deaths += step.deaths;
    } else {
      const ends = run.now.getTime() + step.hours * hour;
      const takesExpiry = !onlyAccount.includes(step.action as never);
      const taken = await run.order({
        ...{
          action: step.action,
          subject: step.subject,
          window: 'month',
          reason: 'test',
          requestedBy: 'user/ops',
        },
        ...(step.action === 'extend' && { amountUsd: '5' }),
        ...(takesExpiry && { expiresAt: new Date(ends).toISOString() }),
      });
      expect(taken).toBe(true);
      model.order(step.action, step.subject, ends);
    }
  }
  return { run, model };
}

async function endsAsPredicted(sequence: readonly ModelStep[]): Promise<void> {
  const { run, model } = await play(sequence);
  // Failures are tried again within minutes, a dead workflow is noticed within half an hour.
  run.iam.faults = 0;
  run.deaths = 0;
  if (model.paused) {
    await run.order({
      action: 'unpause',
      subject: 'account',
      window: 'month',
      reason: 'end',
      requestedBy: 'user/ops',
    });
  }
  const to = new Date(run.now.getTime() + 4 * hour);
  await run.advance(to);
  model.now = to.getTime();
  const found = people.map((who) => [
    who,
    accessOf(run.subjects.states.get(who) as never),
    run.carriedBy(who),
  ]);
  expect(found).toEqual(people.map((who) => [who, model.access(who), carries[model.access(who)]]));
}

describe('any sequence of crossings, orders, expiries, halts, window turns and failures', () => {
  it('ends as a simple model predicts', async () => {
    await fc.assert(fc.asyncProperty(fc.array(steps, { minLength: 5, maxLength: 30 }), endsAsPredicted), {
      numRuns: 200,
    });
  });

  it('among them: suspended on the 10th, halted on the 11th, resumed on the 12th, window turned on the 1st', async () => {
    const run = new ControlRun(settings, new Date('2026-11-10T12:00:00Z'));
    const access = () => accessOf(run.subjects.states.get('user/ann') as never);
    const order = (action: OverrideRequest['action']) =>
      run.order({ action, subject: 'account', window: 'month', reason: 'test', requestedBy: 'user/ops' });
    await run.spend('user/ann', '10');
    expect(access()).toBe('suspended');
    await run.advance(new Date('2026-11-11T12:00:00Z'));
    await order('halt');
    expect(access()).toBe('halted');
    await run.advance(new Date('2026-11-12T12:00:00Z'));
    await order('resume');
    expect([access(), run.carriedBy('user/ann')]).toEqual(['suspended', ['suspended']]);
    await run.advance(new Date('2026-12-01T00:00:00Z'));
    expect([access(), run.carriedBy('user/ann')]).toEqual(['active', []]);
  });
});
