import { type SettingsInput, settingsSchema } from '../../../../lambda/contracts/settings.ts';
import { replay } from '../../../../scripts/budgeteer/replay/replay.ts';
import { replayResult } from '../../../../scripts/budgeteer/replay/replay-result.ts';
import { record } from '../../../support/records.ts';

const month = 'month:2026-11';
/** Nova Lite in us-east-1: 0.06 USD per million input tokens. */
const dollar = 1e6 / 0.06;
const analysts = 'AWSReservedSSO_Analysts_0a1b2c3d4e5f6789';

function call(role: string, session: string, usd: number, minute: number, modelId?: string) {
  const at = `2026-11-22T10:${String(minute).padStart(2, '0')}:00Z`;
  const identityArn = `arn:aws:sts::111122223333:assumed-role/${role}/${session}`;
  const made = record({
    ...{ identityArn, at, input: Math.round(usd * dollar), output: 0 },
    ...(modelId !== undefined && { modelId }),
  });
  return { text: JSON.stringify(made), source: 'test', at: new Date(at) };
}

async function run(lines: ReturnType<typeof call>[], input: Partial<SettingsInput> = {}) {
  const settings = settingsSchema.parse({
    mode: 'enforce',
    sharedRoles: ['App'],
    defaultBudget: { monthUsd: '10.00' },
    ...input,
  });
  return replayResult(await replay(lines, settings), settings);
}

/** A new session name with each call, each far below a session's own limit. */
const minting = (role: string, calls: number, usd = 4.8) =>
  Array.from({ length: calls }, (_, index) => call(role, `mint-${index}`, usd, index));

describe('a role whose sessions pay', () => {
  it('has a budget beside theirs, ten times a session’s: minting session names ends there', async () => {
    const { roles, principals, executions, faults } = await run(minting('App', 21));

    expect(roles['role/App']).toMatchObject({
      access: 'suspended',
      causes: ['own'],
      windows: { [month]: { spentUsd: '100.800000000', limitUsd: '100.00', requests: 21 } },
    });
    expect(roles['role/App']?.alerts.map(({ threshold }) => threshold)).toEqual([
      '50%',
      '80%',
      '90%',
      '95%',
      '100%',
    ]);
    expect(Object.keys(principals)).toHaveLength(21);
    expect(new Set(Object.values(principals).map(({ access }) => access))).toEqual(new Set(['active']));
    expect(principals['role/App']).toBeUndefined();
    expect(executions).toMatchObject([
      { subject: 'role/App', stateMachine: 'suspension', status: 'SUCCEEDED' },
    ]);
    expect(faults).toEqual([]);
  });

  it.each([
    [
      'its own',
      { budgets: { 'role/App': { monthUsd: '7.00' } }, defaultRoleBudget: { monthUsd: '20.00' } },
      '7.00',
    ],
    ['that of all such roles', { defaultRoleBudget: { dayUsd: '3.00', monthUsd: '20.00' } }, '20.00'],
    [
      'ten times the sessions’ own default',
      { defaults: { kinds: { session: { monthUsd: '0.25' } } } },
      '2.50',
    ],
  ])('has %s where configured', async (_, settings, limitUsd) => {
    const { roles } = await run(minting('App', 1, 0.06), settings);

    expect(roles['role/App']?.windows[month]).toMatchObject({ spentUsd: '0.060000000', limitUsd });
  });

  it('of Identity Center is alerted on and told to be out of reach, because only AWS can change it', async () => {
    const { roles, principals } = await run(minting(analysts, 21));

    expect(roles[`role/${analysts}`]).toMatchObject({
      access: 'unenforceable',
      reason: expect.stringContaining('service control policy'),
    });
    expect(Object.values(principals)).toHaveLength(21);
  });

  it('is not stopped for what its sessions spend at a ceiling: an unknown price stops its own principal only', async () => {
    const unknown = Array.from({ length: 12 }, (_, index) =>
      call('App', `s-${index}`, 1, index, 'amazon.unheard-of-v1:0'),
    );
    const { roles, faults } = await run(unknown);

    expect(roles['role/App']).toMatchObject({
      access: 'active',
      windows: { [month]: { spentUsd: '0.000000000' } },
    });
    expect(roles['role/App']?.windows[month]?.ceilingUsd).toBeDefined();
    expect(faults).toEqual([]);
  });

  it.each(['exempt', 'breakGlass'] as const)(
    'is never held while one of its sessions is %s: the deny would hit that one, too',
    async (list) => {
      const { roles } = await run(minting('App', 21), { [list]: ['role/App/mint-3'] });

      expect(roles['role/App']?.access).not.toBe('suspended');
      expect(roles['role/App']?.alerts).toHaveLength(5);
    },
  );

  it('draws from the pool of a team that names it, and so does each session', async () => {
    const { teams } = await run([call('App', 'ann', 3, 0), call('App', 'bob', 3, 1)], {
      teams: { 'team/ml': { members: ['role/App'], monthUsd: '100.00' } },
    });

    expect(teams['team/ml']?.windows[month]).toMatchObject({ spentUsd: '6.000000000', requests: 2 });
  });

  it('that nobody shares has no second budget: it pays itself', async () => {
    const { roles, principals } = await run([call('Other', 'a', 1, 0), call('Other', 'b', 1, 1)]);

    expect(roles).toEqual({});
    expect(principals['role/Other']?.windows[month]).toMatchObject({ requests: 2, limitUsd: '10.00' });
  });
});
