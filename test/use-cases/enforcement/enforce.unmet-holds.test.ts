import { accessOf } from '../../../lambda/domain/control/access.ts';
import { PolicyQuotaError } from '../../../lambda/use-cases/ports/iam.ts';
import { ControlRun } from '../../support/control-run.ts';

const settings = { mode: 'enforce' as const, defaultBudget: { monthUsd: '10' } };
const begins = new Date('2026-11-05T00:00:00Z');
const hours = (count: number) => new Date(begins.getTime() + count * 3_600_000);
const told = (run: ControlRun) =>
  run.subjects.alerts
    .filter(({ kind, severity }) => kind === 'notice' && severity === 'critical')
    .map(({ notice, consequence, window }) => [notice, consequence, window]);
const access = (run: ControlRun) => accessOf(run.subjects.states.get('user/ann') as never);

describe('a restriction that IAM does not take', () => {
  it('is told once while it fails, shows in access, is tried again, and is put on in the end', async () => {
    const run = new ControlRun(settings, begins);
    run.iam.faults = Number.POSITIVE_INFINITY;
    await run.spend('user/ann', '9.1');
    await run.advance(hours(5));
    expect(access(run)).toBe('enforcement-failed');
    expect(told(run)).toEqual([['enforcement-failed', 'restrict', 'month:2026-11']]);
    run.iam.faults = 0;
    await run.advance(hours(6));
    expect([access(run), run.carriedBy('user/ann')]).toEqual(['restricted', ['restricted']]);
    expect(told(run)).toHaveLength(1);
  });

  it('is told once where no slot is free, tried again, and told anew for the suspension and the next window', async () => {
    const run = new ControlRun(settings, begins);
    const attach = run.iam.attach.bind(run.iam);
    run.iam.attach = async () => {
      throw new PolicyQuotaError('The user ann has no free slot for a managed policy: make some.');
    };
    await run.spend('user/ann', '9.1');
    await run.advance(hours(20));
    expect(access(run)).toBe('unenforceable');
    expect(told(run)).toEqual([['unenforceable', 'restrict', 'month:2026-11']]);

    await run.spend('user/ann', '2');
    await run.advance(hours(40));
    expect(told(run)).toEqual([
      ['unenforceable', 'restrict', 'month:2026-11'],
      ['unenforceable', 'suspend', 'month:2026-11'],
    ]);
    expect(run.subjects.alerts.at(-1)?.detail).toContain('make some');

    run.iam.attach = attach;
    await run.advance(hours(48));
    expect([access(run), run.carriedBy('user/ann')]).toEqual(['suspended', ['suspended']]);
    expect(told(run)).toHaveLength(2);
  });

  it('is told of each principal that a halt cannot stop', async () => {
    const run = new ControlRun(settings, begins);
    await run.spend('user/ann', '1');
    await run.spend('root', '1');
    await run.order({
      ...{ action: 'halt', subject: 'account', window: 'month', reason: 'test', requestedBy: 'user/ops' },
    });
    await run.advance(hours(10));
    const unstoppable = run.subjects.alerts.filter(({ notice }) => notice === 'unenforceable');
    expect(unstoppable).toMatchObject([{ subject: 'root', severity: 'critical', consequence: 'suspend' }]);
  });
});
