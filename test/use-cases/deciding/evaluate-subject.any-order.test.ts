import fc from 'fast-check';
import type { SettingsInput } from '../../../lambda/contracts/settings.ts';
import { accessOf } from '../../../lambda/domain/control/access.ts';
import type { Alert } from '../../../lambda/domain/control/alert.ts';
import { specFor, toBudget } from '../../../lambda/domain/control/budget.ts';
import { windowStatuses } from '../../../lambda/domain/control/crossings.ts';
import { graceOf } from '../../../lambda/domain/control/situation.ts';
import { firstState } from '../../../lambda/domain/control/state.ts';
import { scopeIn } from '../../../lambda/domain/control/subject.ts';
import { openWindows } from '../../../lambda/use-cases/deciding/read-situation.ts';
import { ControlRun } from '../../support/control-run.ts';
import { record } from '../../support/records.ts';

const now = new Date('2026-11-22T20:00:00Z');
const people = ['user/ann', 'user/ben', 'role/App/kim'] as const;
const arns = {
  'user/ann': 'arn:aws:iam::111122223333:user/ann',
  'user/ben': 'arn:aws:iam::111122223333:user/ben',
  'role/App/kim': 'arn:aws:sts::111122223333:assumed-role/App/kim',
};
const settingsIn = (timeZone: string): SettingsInput => ({
  mode: 'enforce',
  timeZone,
  sharedRoles: ['App'],
  defaultBudget: { dayUsd: '3', weekUsd: '6', monthUsd: '9', models: { 'anthropic.*': { monthUsd: '4' } } },
  budgets: {
    'user/ben': {
      monthUsd: '8',
      priority: 'low',
      thresholds: [
        { at: '1 USD', do: ['notify'] },
        { at: '60%', do: ['no-premium'] },
        { at: '4.50 USD', do: ['notify', 'restrict'] },
        { at: '7 USD', do: ['suspend'] },
      ],
    },
  },
  teams: { 'team/ml': { members: ['user/ann', 'role/App/kim'], weekUsd: '10', monthUsd: '12' } },
  accountBudget: { monthUsd: '18' },
});

/** Dollars in cents of Nova Lite's input, 60 nano-USD a token. */
const calls = fc.array(
  fc.record({
    who: fc.constantFrom(...people),
    cents: fc.integer({ min: 1, max: 250 }),
    hoursAgo: fc.integer({ min: 0, max: 500 }),
    modelId: fc.constantFrom(
      'amazon.nova-lite-v1:0',
      'anthropic.claude-haiku-4-5-20251001-v1:0',
      'no.such-v1:0',
    ),
  }),
  { minLength: 1, maxLength: 25 },
);
type Call = typeof calls extends fc.Arbitrary<infer A extends readonly unknown[]> ? A[number] : never;

const lineOf = ({ who, cents, hoursAgo, modelId }: Call) =>
  JSON.stringify(
    record({
      identityArn: arns[who],
      modelId,
      // Of Claude Haiku 4.5 a token costs 1,000 nano-USD.
      input: Math.round((cents * 10_000_000) / (modelId.startsWith('anthropic') ? 1_000 : 60)),
      output: 0,
      at: `${new Date(now.getTime() - hoursAgo * 3_600_000).toISOString().slice(0, 19)}Z`,
    }),
  );

async function played(settings: SettingsInput, batches: readonly (readonly string[])[]) {
  const run = new ControlRun(settings, now);
  const offered: Alert[] = [];
  const { commit } = run.subjects;
  run.subjects.commit = async (change) => {
    await commit.call(run.subjects, change);
    offered.push(...(change.alerts ?? []).filter(({ kind }) => kind === 'threshold'));
  };
  for (const batch of batches) await run.deliver(batch);
  const ends = Object.fromEntries(
    [...run.subjects.states].sort().map(([subject, state]) => [
      subject,
      {
        balances: figuresOf(run, subject),
        access: accessOf(state),
        holds: Object.fromEntries(Object.entries(state.holds).map(([cause, { level }]) => [cause, level])),
        carried: run.carriedBy(subject),
        alerted: Object.fromEntries(
          Object.entries(state.alerted).map(([window, ids]) => [window, [...ids].sort()]),
        ),
      },
    ]),
  );
  return { run, ends, offered };
}

/** What pace remembers of the order is left away. */
const figuresOf = (run: ControlRun, subject: string) =>
  Object.fromEntries(
    Object.entries(run.subjects.balances.get(subject) ?? {})
      .sort()
      .map(([window, { spent, ceiling, requests, unpriced, days }]) => [
        window,
        {
          spent,
          ceiling,
          requests,
          unpriced: [...(unpriced ?? [])].sort(),
          days: Object.entries(days ?? {}).sort(),
        },
      ]),
  );

it('any order and batching of the same records ends in the same balances, rungs, access and denies', async () => {
  await fc.assert(
    fc.asyncProperty(
      calls,
      fc.constantFrom('UTC', 'America/New_York', 'Australia/Lord_Howe'),
      fc.infiniteStream(fc.nat()),
      async (history, timeZone, randomness) => {
        const random = () => randomness.next().value as number;
        const settings = settingsIn(timeZone);
        const lines = history.map(lineOf);
        const one = await played(
          settings,
          lines.map((line) => [line]),
        );
        const shuffled = [...lines, ...lines.slice(0, random() % 5)]
          .map((line) => ({ line, rank: random() }))
          .sort((a, b) => a.rank - b.rank)
          .map(({ line }) => line);
        const batches: string[][] = [];
        while (shuffled.length > 0) batches.push(shuffled.splice(0, 1 + (random() % 8)));
        const other = await played(settings, batches);
        expect(other.ends).toEqual(one.ends);

        for (const { run, offered } of [one, other]) {
          // Each once, and for each threshold that is crossed in an open window, and for no other.
          const told = offered.map(({ subject, window, id }) => `${subject} ${window} ${id}`).sort();
          expect(told).toEqual(crossedOf(run));
        }
      },
    ),
    { numRuns: 60 },
  );
}, 120_000);

/** Every threshold that the balances have reached, told from balances and budgets alone. */
function crossedOf({ settings, subjects }: ControlRun): string[] {
  const { windows } = openWindows(now, settings.timeZone);
  return [...subjects.states.keys()]
    .flatMap((subject) => {
      const spec = specFor(subject, undefined, settings);
      if (spec === undefined) return [];
      const budget = toBudget(spec, scopeIn(subject, settings));
      const state = subjects.states.get(subject) ?? firstState(now.toISOString(), 'test');
      const grace = graceOf({ state, unpricedGraceHours: settings.unpricedGraceHours, now });
      const balances = subjects.balances.get(subject) ?? {};
      return windowStatuses(budget, windows, balances, grace).flatMap(({ window, crossed }) =>
        crossed.map(({ threshold }) => `${subject} ${window} ${threshold}`),
      );
    })
    .sort();
}
