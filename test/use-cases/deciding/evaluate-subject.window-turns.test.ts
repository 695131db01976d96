import fc from 'fast-check';
import type { SettingsInput } from '../../../lambda/contracts/settings.ts';
import { accessOf } from '../../../lambda/domain/control/access.ts';
import { type WindowKind, windowBounds, windowIdAt, windowKinds } from '../../../lambda/domain/windows.ts';
import { ControlRun } from '../../support/control-run.ts';
import { record } from '../../support/records.ts';

const zones = [
  // Clocks change on 1 November in New York, on 4 October and 5 April (by half an hour) on Lord Howe, in Havana at midnight.
  ['UTC', '2026-11-05T00:00:00Z'],
  ['America/New_York', '2026-10-28T15:00:00Z'],
  ['Australia/Lord_Howe', '2026-10-01T03:00:00Z'],
  ['Australia/Lord_Howe', '2026-04-02T03:00:00Z'],
  ['America/Havana', '2026-10-30T10:00:00Z'],
  ['Pacific/Kiritimati', '2026-12-29T10:00:00Z'],
] as const;
const limits = { day: 3, week: 6, month: 12 } as const;
const budget = { dayUsd: '3', weekUsd: '6', monthUsd: '12' };
const hour = 3_600_000;
const rungs = [50, 80, 90, 95, 100];

const steps = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constant('spend' as const),
        cents: fc.integer({ min: 5, max: 180 }),
        // Late records count where they belong, also in a window that is over.
        hoursLate: fc.constantFrom(0, 0, 0, 2, 30, 200),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constant('wait' as const), hours: fc.constantFrom(1, 5, 11, 24, 50) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('outage' as const), hours: fc.constantFrom(3, 30, 90, 400) }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('repeat' as const), which: fc.nat() }) },
  ),
  { minLength: 4, maxLength: 25 },
);

const dollar = 10 ** 9;
const lineOf = (cents: number, at: Date) =>
  JSON.stringify(
    record({ user: 'ann', input: Math.round((cents * 1e7) / 60), output: 0, at: secondsOf(at) }),
  );
const secondsOf = (at: Date) => `${at.toISOString().slice(0, 19)}Z`;
const costOf = (cents: number) => Math.round((cents * 1e7) / 60) * 60;

it('one alert a threshold and window, none for a window that is over, and freedom exactly when the window turns', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...zones), steps, async ([timeZone, begins], sequence) => {
      const settings: SettingsInput = { mode: 'enforce', timeZone, defaultBudget: budget };
      const run = new ControlRun(settings, new Date(begins));
      const spent = new Map<string, number>();
      const expected = new Set<string>();
      const lines: string[] = [];
      const windowOf = (kind: WindowKind, at: Date) => windowIdAt(kind, at, timeZone);
      const access = () => accessOf(run.subjects.states.get('user/ann') as never);

      for (const step of sequence) {
        if (step.do === 'spend') {
          const at = new Date(Date.parse(secondsOf(new Date(run.now.getTime() - step.hoursLate * hour))));
          lines.push(lineOf(step.cents, at));
          for (const kind of windowKinds) {
            const window = windowOf(kind, at);
            const sum = (spent.get(window) ?? 0) + costOf(step.cents);
            spent.set(window, sum);
            if (window !== windowOf(kind, run.now)) continue;
            for (const rung of rungs)
              if (sum * 100 >= limits[kind] * dollar * rung) expected.add(`${window} ${rung}%`);
          }
          await run.deliver(lines.slice(-1));
        } else if (step.do === 'repeat' && lines.length > 0) {
          await run.deliver([lines[step.which % lines.length] ?? ''], step.which % 2 === 0);
        } else if (step.do === 'wait') await run.advance(new Date(run.now.getTime() + step.hours * hour));
        else if (step.do === 'outage') await run.outage(new Date(run.now.getTime() + step.hours * hour));
        if (lines.length === 0) continue;

        const share = Math.max(
          ...windowKinds.map((kind) => (spent.get(windowOf(kind, run.now)) ?? 0) / (limits[kind] * dollar)),
        );
        expect(access()).toBe(share >= 1 ? 'suspended' : share >= 0.9 ? 'restricted' : 'active');
        expect(run.carriedBy('user/ann')).toEqual(
          share >= 1 ? ['suspended'] : share >= 0.9 ? ['restricted'] : [],
        );
      }

      const told = run.subjects.alerts
        .filter(({ subject, kind }) => subject === 'user/ann' && kind === 'threshold')
        .map(({ window, id }) => `${window} ${id}`);
      expect(told.sort()).toEqual([...expected].sort());
    }),
    { numRuns: 120 },
  );
}, 120_000);

it.each(zones)(
  'in %s, from %s on, whoever is suspended is free in the very second in which the window turns',
  async (timeZone, begins) => {
    const run = new ControlRun({ mode: 'enforce', timeZone, defaultBudget: budget }, new Date(begins));
    const access = () => accessOf(run.subjects.states.get('user/ann') as never);
    for (const kind of ['day', 'week'] as const) {
      const cents = kind === 'day' ? 300 : 290;
      await run.deliver([lineOf(cents, run.now)]);
      await run.deliver([lineOf(kind === 'day' ? 0 : 20, run.now)]);
      expect(access()).toBe('suspended');
      const { endsAt } = windowBounds(windowIdAt(kind, run.now, timeZone), timeZone);
      await run.advance(new Date(endsAt.getTime() - 1_000));
      expect(access()).toBe('suspended');
      await run.advance(endsAt);
      expect([access(), run.carriedBy('user/ann')]).toEqual(['active', []]);
      // Told, and in the audit trail.
      const restored = run.subjects.alerts.findLast(({ notice }) => notice === 'restored');
      expect(restored?.at).toBe(endsAt.toISOString());
      expect(run.subjects.history.at(-1)?.state.lastChange).toMatchObject({
        action: 'restored',
        at: endsAt.toISOString(),
      });
    }
  },
);

it('whom another cause still stops is not told that it is free', async () => {
  const run = new ControlRun(
    { mode: 'enforce', defaultBudget: { dayUsd: '3', monthUsd: '50' } },
    new Date('2026-11-22T12:00:00Z'),
  );
  const restored = () => run.subjects.alerts.filter(({ notice }) => notice === 'restored');
  const order = (action: 'suspend' | 'restore') =>
    run.order({
      ...{ action, subject: 'user/ann', window: 'month', reason: 'test', requestedBy: 'user/ops' },
      ...(action === 'restore' && { expiresAt: '2026-11-25T00:00:00Z' }),
    });
  await run.deliver([lineOf(310, run.now)]);
  await order('suspend');
  await run.advance(new Date('2026-11-23T00:00:00Z'));
  expect([run.subjects.states.get('user/ann')?.lastChange.action, restored()]).toEqual([
    'stays-suspended',
    [],
  ]);
  await order('restore');
  expect([run.carriedBy('user/ann'), restored().length]).toEqual([[], 1]);
});
