import type { BudgetResult, RunResult } from '../../../scripts/run/result.ts';
import { runMany, scenarioPath, startCommand } from './support/command.ts';

const names = [
  'raised-limit',
  'new-month',
  'grace',
  'team-pool',
  'role-and-sso',
  'pause',
  'orders',
  'account-halt',
  'model-limits',
  'unknown-price',
] as const;
/** Those that everything takes part in also run on a bad day. */
const stormyNames = ['three-users-one-runs-away', 'new-month', 'grace'] as const;
const month = 'month:2026-11';
const ladder = ['50%', '80%', '90%', '95%', '100%'];
let calm: Record<string, RunResult>;
let stormy: Record<string, RunResult>;

beforeAll(async () => {
  const all = ['three-users-one-runs-away', ...names];
  // Three processes: a run waits more than it works.
  const half = Math.ceil(all.length / 2);
  const [one, other, bad] = await Promise.all([
    runMany(all.slice(0, half), { badDays: false }),
    runMany(all.slice(half), { badDays: false }),
    runMany(stormyNames, { badDays: 7 }),
  ]);
  calm = { ...one, ...other };
  stormy = bad;
}, 300_000);

const resultOf = (name: string): RunResult => calm[name] as RunResult;
const thresholds = (budget: BudgetResult | undefined) => budget?.alerts.map(({ threshold }) => threshold);
const decisions = (result: RunResult) => result.invocations.map(({ decision }) => decision);
const machines = (result: RunResult, subject: string) =>
  result.executions
    .filter((execution) => execution.subject === subject)
    .map(({ stateMachine, status }) => `${stateMachine} ${status}`);

describe('three users, of whom one runs away', () => {
  it('warns once a threshold, suspends at 100 % and leaves the others alone, whatever is delivered again', () => {
    const result = resultOf('three-users-one-runs-away');
    const { 'user/alice': alice, 'user/bob': bob, 'user/carol': carol } = result.principals;

    expect(alice).toMatchObject({ access: 'suspended', causes: ['own'] });
    expect(alice?.windows[month]).toEqual({ spentUsd: '10.000000000', limitUsd: '10.00', requests: 11 });
    expect(thresholds(alice)).toEqual(ladder);
    expect([bob?.access, carol?.access, bob?.alerts, carol?.alerts]).toEqual(['active', 'active', [], []]);
    expect(result.ingest).toMatchObject({ posted: 21, unpriced: 0, duplicates: 42, quarantined: 0 });
  });

  it('lets her through before, then to economy models only, then not at all', () => {
    const answers = resultOf('three-users-one-runs-away').invocations.map(
      ({ identityArn, modelId, decision }) =>
        `${identityArn.split('/')[1]} ${modelId.includes('nova') ? 'nova' : 'opus'} ${decision}`,
    );

    expect(answers).toEqual([
      'alice opus allowed',
      'alice nova allowed',
      'alice opus denied',
      'alice nova denied',
      'bob opus allowed',
      'carol opus allowed',
    ]);
  });

  it('is what the command prints, and nothing else', async () => {
    const ended = await startCommand('--scenario', scenarioPath('three-users-one-runs-away'), '--json');

    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(comparable(JSON.parse(ended.stdout))).toEqual(comparable(resultOf('three-users-one-runs-away')));
  }, 60_000);
});

describe("operators' orders", () => {
  it('extend for a while, stop everyone and whoever comes, and give back what the halt alone took', () => {
    const result = resultOf('orders');

    expect(decisions(result)).toEqual([
      ...['denied', 'allowed', 'denied'],
      ...['denied', 'denied'],
      ...['allowed', 'allowed', 'denied'],
    ]);
    expect(machines(result, 'account')).toEqual([
      ...['override SUCCEEDED', 'halt SUCCEEDED'],
      ...['override SUCCEEDED', 'resume SUCCEEDED'],
    ]);
    expect(result.principals['user/alice']).toMatchObject({ access: 'suspended', causes: ['own'] });
  });

  it('that cannot be followed are refused, and written down as claimed', () => {
    const result = resultOf('orders');

    expect(machines(result, 'user/alice')).toContain('override FAILED');
    expect(result.audit.find(({ action }) => action === 'override-refused')).toMatchObject({
      subject: 'user/alice',
      actor: 'user/ops (as claimed)',
      reason: expect.stringContaining('needs expiresAt'),
    });
  });
});

describe("the account's budget", () => {
  it('used up stops everyone, whoever comes later too, until the month turns', () => {
    const result = resultOf('account-halt');

    expect(decisions(result)).toEqual(['denied', 'denied', 'allowed']);
    expect(machines(result, 'account')).toEqual(['halt SUCCEEDED', 'resume SUCCEEDED']);
    expect(thresholds(result.account)).toEqual(['80%', '90%', '95%', '100%']);
    expect(result.account.halted).toBe(false);
    expect(Object.values(result.principals).map(({ access }) => access)).toEqual([
      ...['active', 'active', 'active'],
    ]);
  });
});

describe('a limit of one model', () => {
  it('takes the premium models away for its window, and nothing else', () => {
    const result = resultOf('model-limits');

    expect(decisions(result)).toEqual(['denied', 'allowed', 'allowed']);
    expect(result.principals['user/alice']?.windows).toMatchObject({
      'day:2026-11-22@anthropic.claude-opus-4-6-v1': { spentUsd: '1.265000000', limitUsd: '1.00' },
      [month]: { limitUsd: '100.00', requests: 2 },
    });
  });
});

describe('paused enforcement', () => {
  it('warns and touches nothing, and acts within two minutes of being started again', () => {
    const result = resultOf('pause');

    expect(decisions(result)).toEqual(['allowed', 'allowed', 'denied']);
    expect(thresholds(result.principals['user/alice'])).toEqual(ladder);
    expect(machines(result, 'user/alice')).toEqual(['suspension SUCCEEDED']);
    expect(result.audit.filter(({ subject }) => subject === 'account').map(({ action }) => action)).toEqual([
      'provision',
      'pause',
      'unpause',
    ]);
  });
});

describe('a raised limit', () => {
  it('restores at once, and the new limit suspends once more in the same window', () => {
    const result = resultOf('raised-limit');

    expect(decisions(result)).toEqual(['denied', 'allowed', 'denied']);
    expect(result.principals['user/alice']).toMatchObject({
      access: 'suspended',
      causes: ['own'],
      windows: { [month]: { spentUsd: '20.000000000', limitUsd: '20.00', requests: 20 } },
    });
    expect(machines(result, 'user/alice')).toEqual([
      'suspension SUCCEEDED',
      'restoration SUCCEEDED',
      'suspension SUCCEEDED',
    ]);
    expect(new Set(result.executions.map(({ name }) => name)).size).toBe(3);
    expect(thresholds(result.principals['user/alice'])).toEqual(ladder);
  });

  it('is in the audit trail with who did it and why', () => {
    const entry = resultOf('raised-limit').audit.find(({ action }) => action === 'set-budget');

    expect(entry).toMatchObject({
      subject: 'user/alice',
      actor: 'operator',
      reason: 'The scenario sets it.',
      before: 'as configured',
      after: '{"monthUsd":"20.00"}',
    });
  });
});

describe('a new month', () => {
  it('releases who was suspended or restricted, and usage that comes late neither alerts nor suspends', () => {
    const result = resultOf('new-month');
    const alice = result.principals['user/alice'];

    expect(decisions(result)).toEqual(['denied', 'denied', 'denied', 'allowed', 'allowed', 'allowed']);
    expect(alice).toMatchObject({ access: 'active', causes: [] });
    expect(alice?.windows).toMatchObject({
      [month]: { spentUsd: '11.000000000', requests: 11 },
      'month:2026-12': { spentUsd: '1.000000000', limitUsd: '10.00', requests: 1 },
    });
    expect(thresholds(alice)).toEqual(ladder);
    expect(result.principals['user/bob']?.windows['month:2026-12']).toEqual({
      spentUsd: '0.000000000',
      limitUsd: '10.00',
      requests: 0,
    });
  });
});

describe('a grace period', () => {
  const answers = () =>
    resultOf('grace').invocations.map(
      ({ at, identityArn, modelId, decision }) =>
        `${at.slice(11, 16)} ${identityArn.split('/')[1]} ${modelId.includes('nova') ? 'nova' : 'opus'} ${decision}`,
    );

  it('keeps economy models open while it runs, and no others', () => {
    expect(answers().slice(0, 5)).toEqual([
      '12:00 alice opus denied',
      '12:00 alice nova allowed',
      '12:00 bob nova allowed',
      '12:30 alice opus denied',
      '12:30 alice nova allowed',
    ]);
  });

  it('ends the matter for whose limit is raised meanwhile, and suspends the other when it is over', () => {
    const { principals } = resultOf('grace');

    expect(answers().slice(5)).toEqual([
      '13:05 alice opus allowed',
      '13:05 bob opus denied',
      '13:05 bob nova denied',
    ]);
    expect(principals['user/alice']).toMatchObject({ access: 'active', causes: [] });
    expect(principals['user/bob']).toMatchObject({ access: 'suspended', causes: ['own'] });
  });
});

describe("a team's pool", () => {
  it('stops its members and nobody else when it is used up, until it is raised', () => {
    const result = resultOf('team-pool');

    expect(decisions(result)).toEqual(['allowed', 'denied', 'denied', 'allowed', 'allowed', 'allowed']);
    expect(result.teams['team/ml']).toMatchObject({
      exhausted: false,
      windows: { [month]: { spentUsd: '10.000000000', limitUsd: '40.00', requests: 10 } },
    });
    expect(thresholds(result.teams['team/ml'])).toEqual(ladder);
    expect(machines(result, 'user/bob')).toEqual(['suspension SUCCEEDED', 'restoration SUCCEEDED']);
  });
});

describe('roles, sessions and what else is in a log', () => {
  it('suspends a role for all its sessions, one session of a shared role alone, and says where IAM cannot reach', () => {
    const result = resultOf('role-and-sso');
    const person = (name: string) => `role/AWSReservedSSO_Analysts_0a1b2c3d4e5f6789/${name}@example.com`;
    const access = Object.fromEntries(
      Object.entries(result.principals).map(([name, principal]) => [name, principal.access]),
    );

    expect(access).toEqual({
      'role/ci-agent': 'suspended',
      [person('fatima')]: 'unenforceable',
      [person('gil')]: 'active',
      'role/App/session-1': 'suspended',
      'role/App/session-2': 'active',
      'user/erin': 'active',
      'user/root-like-admin': 'exempt',
    });
    const callers = result.invocations.map(({ identityArn, decision }) =>
      [identityArn.split('/').at(-1), decision].join(' '),
    );
    expect(callers).toEqual([
      'build-7 denied',
      'build-8 denied',
      'fatima@example.com allowed',
      'gil@example.com allowed',
      'session-1 denied',
      'session-2 allowed',
      'root-like-admin allowed',
    ]);
  });

  it('counts each line in one bucket', () => {
    expect(resultOf('role-and-sso').ingest).toEqual({
      posted: 45,
      unpriced: 1,
      duplicates: 0,
      ignored: { failed: 1, throttled: 1, notice: 1, control: 0, sidecar: 0 },
      quarantined: 1,
      assumed: { count: 0, worstCaseUsd: '0.000000000' },
      guardrails: { calls: 0, usd: '0.000000000', counted: false },
    });
  });
});

describe('every scenario', () => {
  it.each(['three-users-one-runs-away', ...names])(
    '%s ends without a refused permission or a fault',
    (name) => {
      expect(resultOf(name)).toMatchObject({ refusals: [], faults: [] });
      const onBadDay = stormy[name];
      if (onBadDay !== undefined) expect(onBadDay).toMatchObject({ refusals: [], faults: [] });
    },
  );

  it.each(stormyNames)('%s ends the same on a bad day', (name) => {
    expect(comparable(stormy[name] as RunResult)).toEqual(comparable(resultOf(name)));
  });
});

/** What has to be the same on a good day and on a bad one; the order in which things happen at one instant does not. */
function comparable({ principals, roles, teams, account, invocations, executions, ingest }: RunResult) {
  const runs = executions.map(({ stateMachine, status, name }) => `${name} ${stateMachine} ${status}`).sort();
  return { principals, roles, teams, account, invocations, runs, ingest };
}

describe('calls of a model without a price', () => {
  it('count by their lower bound until admins had four hours, then in full, exactly once', () => {
    const { principals, invocations, notices } = resultOf('unknown-price');
    const erin = invocations.filter(({ identityArn }) => identityArn.endsWith('/erin'));

    expect(erin.map(({ decision, at }) => `${at.slice(11, 16)} ${decision}`)).toEqual([
      '10:10 allowed',
      '10:10 allowed',
      '14:09 allowed',
      '14:12 denied',
    ]);
    expect(principals['user/erin']).toMatchObject({
      access: 'suspended',
      // Two calls of 200,000 tokens and 16,000 at the most expensive rates there are.
      windows: { [month]: { spentUsd: '15.400000000', ceilingUsd: '15.400000000', requests: 2 } },
    });
    expect(
      notices.find(({ subject, notice }) => subject === 'user/erin' && notice === 'unpriced'),
    ).toMatchObject({
      at: '2026-11-15T10:10:00.000Z',
      detail: expect.stringContaining('$15.38 of them do not count yet'),
    });
  });

  it('count in full at once beyond three times the limit', () => {
    const { principals, invocations } = resultOf('unknown-price');
    const frank = invocations.filter(({ identityArn }) => identityArn.endsWith('/frank'));

    expect(frank.map(({ decision }) => decision)).toEqual(['allowed', 'denied']);
    expect(principals['user/frank']?.alerts.map(({ at }) => at)).toEqual(
      ladder.map(() => '2026-11-15T10:10:00.000Z'),
    );
  });

  it('stop neither the team nor the account, and a Marketplace endpoint costs nothing by the call', () => {
    const { account, teams, principals } = resultOf('unknown-price');

    expect(account).toMatchObject({ halted: false, windows: { [month]: { spentUsd: '0.000000000' } } });
    expect(teams['team/ml']).toMatchObject({ exhausted: false, alerts: [] });
    expect(principals['user/gina']?.windows[month]).toMatchObject({ spentUsd: '0.000000000', requests: 1 });
  });
});
