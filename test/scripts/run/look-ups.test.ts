import type { RunResult } from '../../../scripts/run/result.ts';
import { runMany } from './support/command.ts';

const names = ['tagged-team', 'application-profiles', 'budget-defaults'] as const;
const month = 'month:2026-11';
let calm: Record<string, RunResult>;
let stormy: Record<string, RunResult>;

beforeAll(async () => {
  [calm, stormy] = await Promise.all([runMany(names, { badDays: false }), runMany(names, { badDays: 7 })]);
}, 300_000);

const resultOf = (name: (typeof names)[number]) => calm[name] as RunResult;
const spent = (result: RunResult) =>
  Object.fromEntries(
    Object.entries(result.principals).map(([name, { windows }]) => [name, windows[month]?.spentUsd]),
  );

describe('a team whose members are known by their tags alone', () => {
  const forged = 'role/AWSReservedSSO_Forged_0a1b2c3d4e5f6789/mallory';

  it('is stopped with all who were seen with the tag when its pool is used up, and freed when it is raised', () => {
    const result = resultOf('tagged-team');
    const decisions = result.invocations.map(
      ({ identityArn, decision }) => `${identityArn.split('/').slice(1).join('/')} ${decision}`,
    );

    expect(decisions).toEqual([
      'bob allowed',
      'alice denied',
      'bob denied',
      'Runner/job-2 denied',
      'carol allowed',
      'dave allowed',
      'eve denied',
      'AWSReservedSSO_Forged_0a1b2c3d4e5f6789/mallory allowed',
      'alice allowed',
      'bob allowed',
      'Runner/job-2 allowed',
      'eve allowed',
    ]);
    expect(result.executions.map(({ subject }) => subject)).toEqual(
      expect.arrayContaining(['role/Runner', 'user/alice', 'user/bob', 'user/eve']),
    );
    expect(new Set(result.executions.map(({ cause }) => cause))).toEqual(new Set(['team']));
  });

  it('is paid for by them, not by the member that the settings put elsewhere, nor by a forged Identity Center role', () => {
    const { teams, principals } = resultOf('tagged-team');

    expect(teams['team/ml']?.windows[month]).toEqual({
      spentUsd: '11.000000000',
      limitUsd: '40.00',
      requests: 11,
    });
    expect(teams['team/finance']?.windows[month]).toMatchObject({ spentUsd: '1.000000000', requests: 1 });
    expect(principals[forged]?.windows[month]).toMatchObject({ spentUsd: '1.000000000' });
    expect(teams).not.toHaveProperty('team/nobody-budgets-this');
  });
});

describe('whoever has no budget of its own', () => {
  it('has that of its tier, else of its team, else of its kind, else of the stage', () => {
    const { principals, invocations } = resultOf('budget-defaults');
    const limits = Object.entries(principals).map(([name, { access, windows }]) => [
      name,
      access,
      windows['day:2026-11-20']?.limitUsd ?? null,
      windows[month]?.limitUsd ?? null,
    ]);

    expect(limits.sort()).toEqual([
      ['role/Runner', 'active', null, '200.00'],
      ['user/BedrockAPIKey-a1b2', 'active', null, '5.00'],
      ['user/mia', 'suspended', '1.00', null],
      ['user/own', 'active', null, '7.00'],
      ['user/sam', 'suspended', null, '1.00'],
      ['user/tim', 'suspended', null, '1.00'],
      ['user/zoe', 'active', null, '50.00'],
    ]);
    expect(invocations.map(({ decision }) => decision)).toEqual(['denied', 'allowed']);
  });

  it('has balances of all windows that another tag would give it', () => {
    const { 'user/zoe': zoe, 'user/own': own } = resultOf('budget-defaults').principals;
    expect(zoe?.windows).toMatchObject({
      'day:2026-11-20': { spentUsd: '1.000000000', limitUsd: null },
      [month]: { spentUsd: '1.000000000', limitUsd: '50.00' },
    });
    expect(own?.windows).not.toHaveProperty('day:2026-11-20');
  });
});

describe('calls through application inference profiles', () => {
  it('cost what Bedrock says stands behind them, the settings before it, and a ceiling where nobody tells', () => {
    expect(spent(resultOf('application-profiles'))).toEqual({
      'user/global': '0.100000000',
      'user/geo': '0.110000000',
      'user/own': '0.110000000',
      'user/overridden': '0.006000000',
      'user/foreign': '0.080000000',
      // Nothing bounds it: the lower bound counts at once, the ceiling of 27.50 once admins had their time to price it.
      'user/nobody': '0.020000000',
      'user/negotiated': '4.000000000',
    });
    expect(resultOf('application-profiles').ingest).toMatchObject({ posted: 6, unpriced: 1 });
  });
});

describe.each(names)('%s', (name) => {
  it('ends without a refused permission or a fault, and the same on a bad day', () => {
    const [good, bad] = [calm[name], stormy[name]] as [RunResult, RunResult];

    expect(good).toMatchObject({ refusals: [], faults: [] });
    expect(bad).toMatchObject({ refusals: [], faults: [] });
    expect(spent(bad)).toEqual(spent(good));
    expect(bad.teams).toEqual(good.teams);
    expect(bad.invocations.map(({ decision }) => decision)).toEqual(
      good.invocations.map(({ decision }) => decision),
    );
  });
});
