import type { RuleSpec } from '../../../scripts/local/assembly/local-assembly.ts';
import { VirtualClock } from '../../../scripts/local/clock.ts';
import type { DueItems } from '../../../scripts/local/triggers/due-index.ts';
import { parseSchedule, ScheduleError } from '../../../scripts/local/triggers/schedule-expression.ts';
import { Schedules } from '../../../scripts/local/triggers/schedules.ts';

const at = (text: string) => new Date(`2026-11-22T${text}Z`);

describe('schedule expressions', () => {
  test.each([
    ['rate(1 minute)', '12:00:30', '2026-11-22T12:01:00.000Z'],
    ['rate(5 minutes)', '12:05:00', '2026-11-22T12:10:00.000Z'],
    ['rate(1 day)', '12:00:00', '2026-11-23T12:00:00.000Z'],
    ['cron(0 6 * * ? *)', '12:00:00', '2026-11-23T06:00:00.000Z'],
    ['cron(0/15 * * * ? *)', '12:01:00', '2026-11-22T12:15:00.000Z'],
    ['cron(30 8 ? * MON-FRI *)', '12:00:00', '2026-11-23T08:30:00.000Z'],
    ['cron(0 0 1 * ? *)', '12:00:00', '2026-12-01T00:00:00.000Z'],
    ['cron(0 12 29 2 ? *)', '12:00:00', '2028-02-29T12:00:00.000Z'],
    ['at(2026-11-22T13:00:00)', '12:00:00', '2026-11-22T13:00:00.000Z'],
  ])('%s after %s runs at %s', (expression, after, expected) => {
    expect(parseSchedule(expression, at('12:00:00')).next(at(after))?.toISOString()).toBe(expected);
  });

  test('a calendar follows its time zone through a change of the clock', () => {
    const daily = parseSchedule('cron(0 6 * * ? *)', at('12:00:00'), 'Europe/Berlin');
    expect(daily.next(new Date('2027-03-27T12:00:00Z'))?.toISOString()).toBe('2027-03-28T04:00:00.000Z');
    expect(daily.next(at('12:00:00'))?.toISOString()).toBe('2026-11-23T05:00:00.000Z');
  });

  test.each(['rate(0 minutes)', 'rate(1 week)', 'cron(0 6 * * ?)', 'cron(0 6 L * ? *)', 'daily'])(
    'refuses %s',
    (expression) => {
      expect(() => parseSchedule(expression, at('12:00:00'))).toThrow(ScheduleError);
    },
  );
});

describe('a minute schedule', () => {
  const rule = { schedule: 'rate(1 minute)', enabled: true, targets: [] } as unknown as RuleSpec;
  const month = new Date('2026-12-22T12:00:00Z');

  /** Runs the schedule for a month. @param helps whether a run clears what is due */
  async function run(dueAt: string[], helps: boolean): Promise<string[]> {
    const clock = new VirtualClock(at('12:00:00'));
    let due = dueAt.map((text) => new Date(text));
    const runs: string[] = [];
    const items: DueItems = {
      nextAfter: (after) => due.filter((each) => each > after).sort((a, b) => a.getTime() - b.getTime())[0],
      fingerprintAt: (now) => due.filter((each) => each <= now).join(),
    };
    const fire = (_: RuleSpec, now: Date) => {
      runs.push(now.toISOString());
      if (helps) due = due.filter((each) => each > now);
    };
    const schedules = new Schedules({ rules: [rule], clock, dueItems: async () => items, fire });
    await schedules.plan(month);
    await clock.advanceTo(month, () => schedules.plan(month));
    return runs;
  }

  test('runs once at the end when nothing is due', async () => {
    expect(await run([], true)).toEqual(['2026-12-22T12:00:00.000Z']);
  });

  test('runs at the first minute after something falls due', async () => {
    expect(await run(['2026-12-01T00:00:00Z', '2026-12-03T10:00:01Z'], true)).toEqual([
      '2026-12-01T00:00:00.000Z',
      '2026-12-03T10:01:00.000Z',
      '2026-12-22T12:00:00.000Z',
    ]);
  });

  test('leaves what it cannot clear alone for longer and longer, an hour at most', async () => {
    const runs = await run(['2026-12-22T09:00:00Z'], false);
    const minutes = runs.map((text) => (Date.parse(text) - Date.parse('2026-12-22T09:00:00Z')) / 60_000);
    expect(minutes).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 180]);
  });
});

test('a schedule that looks for changes of IAM runs after each, and four times a day without any', async () => {
  const rule = { schedule: 'rate(15 minutes)', enabled: true, targets: [] } as unknown as RuleSpec;
  const clock = new VirtualClock(at('00:00:00'));
  const runs: string[] = [];
  let foreign = 0;
  const items: DueItems = { nextAfter: () => undefined, fingerprintAt: () => '' };
  const schedules = new Schedules({
    ...{ rules: [rule], clock, dueItems: async () => items },
    fire: (_, now) => runs.push(now.toISOString().slice(11, 16)),
    foreignChanges: () => foreign,
  });
  const advance = async (text: string) => {
    await schedules.plan(at(text));
    await clock.advanceTo(at(text), () => schedules.plan(at(text)));
  };
  await advance('07:10:00');
  foreign += 1;
  await advance('20:00:00');
  expect(runs).toEqual(['06:00', '07:15', '13:15', '19:15']);
});
