import { ControlRun } from '../../support/control-run.ts';

const begins = new Date('2026-11-05T00:00:00Z');
const hours = (count: number) => new Date(begins.getTime() + count * 3_600_000);
const order = (action: 'halt' | 'resume' | 'suspend', subject = 'account') => ({
  ...{ action, subject, window: 'month' as const, reason: 'a leaked key', requestedBy: 'user/ops' },
});
const settings = { mode: 'enforce' as const, defaultBudget: { monthUsd: '10' }, userChannels: {} };
const personal = (run: ControlRun) =>
  run.subjects.alerts
    .filter(({ audience }) => audience === 'person')
    .map(({ subject, notice, heldUntil }) => [subject, notice, heldUntil]);

describe('a halt', () => {
  it('is told to everyone whom it stops, and so is its end; not to who is suspended anyway', async () => {
    const run = new ControlRun(settings, begins);
    await run.spend('user/ann', '1');
    await run.spend('user/ben', '11');
    await run.order(order('halt'));
    await run.advance(hours(1));
    await run.order(order('resume'));
    await run.advance(hours(2));
    expect(personal(run)).toEqual([
      ['user/ann', 'suspended', 'lifted'],
      ['user/ann', 'restored', undefined],
    ]);
  });

  it("by the account's budget is told with the end of its window, and is over with it", async () => {
    const run = new ControlRun({ ...settings, accountBudget: { monthUsd: '2' } }, begins);
    await run.spend('user/ann', '1');
    await run.spend('user/ben', '1');
    await run.advance(hours(1));
    const end = '2026-12-01T00:00:00.000Z';
    expect(personal(run).sort()).toEqual([
      ['user/ann', 'suspended', end],
      ['user/ben', 'suspended', end],
    ]);
    await run.advance(new Date(end));
    expect([run.carriedBy('user/ann'), run.carriedBy('user/ben')]).toEqual([[], []]);
  });

  it('is told to nobody where the stage does not tell people', async () => {
    const run = new ControlRun({ ...settings, userChannels: undefined }, begins);
    await run.spend('user/ann', '1');
    await run.order(order('halt'));
    expect(personal(run)).toEqual([]);
  });
});

it('a suspension that somebody ordered says who, why, and that only a person ends it', async () => {
  const run = new ControlRun(settings, begins);
  await run.spend('user/ann', '1');
  await run.order(order('suspend', 'user/ann'));
  const told = run.subjects.alerts.find(({ notice }) => notice === 'suspended');
  expect(told).toMatchObject({
    heldUntil: 'lifted',
    detail: expect.stringContaining('user/ops ordered it: a leaked key'),
  });
});
