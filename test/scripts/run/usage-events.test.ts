import type { RunResult } from '../../../scripts/run/result.ts';
import { runMany } from './support/command.ts';

const month = 'month:2026-11';
let calm: RunResult;
let stormy: RunResult;

beforeAll(async () => {
  const [good, bad] = await Promise.all([
    runMany(['usage-events'], { badDays: false }),
    runMany(['usage-events'], { badDays: 7 }),
  ]);
  calm = good['usage-events'] as RunResult;
  stormy = bad['usage-events'] as RunResult;
}, 180_000);

describe('Custom usage events', () => {
  it('are posted once each beyond the free tier, to the payer, the team and the account', () => {
    // 60 + 60 + 2.5 calls, of which 100 are free, at 0.002 USD; four reports at 2.50 USD.
    const alice = { spentUsd: '0.045000000', limitUsd: '10.00', requests: 3 };
    const both = { spentUsd: '10.045000000', requests: 7 };

    expect(calm.principals['user/alice']?.windows[month]).toMatchObject(alice);
    expect(calm.principals['user/dora']?.windows[month]).toMatchObject({ spentUsd: '10.000000000' });
    expect(calm.teams['team/ml']?.windows[month]).toMatchObject({ ...both, limitUsd: '100.00' });
    expect(calm.account.windows[month]).toMatchObject(both);
    expect(calm.usage).toEqual({ posted: 8, duplicates: 3, refused: 15 });
  });

  it('of an untrusted source are shown beside what counts, and stop nobody', () => {
    const { 'user/alice': alice } = calm.principals;

    expect(alice).toMatchObject({ access: 'active', alerts: [] });
    expect(alice?.windows[month]).toMatchObject({ untrustedUsd: '500.000000000' });
    expect(calm.account.windows[month]).toMatchObject({ untrustedUsd: '500.000000000' });
  });

  it('of a trusted source count towards enforcement', () => {
    expect(
      calm.invocations.map(({ identityArn, decision }) => `${identityArn.slice(26)} ${decision}`),
    ).toEqual(['user/dora allowed', 'user/dora denied', 'user/alice allowed']);
    expect(calm.principals['user/dora']).toMatchObject({ access: 'suspended', causes: ['own'] });
  });

  it('that are refused are put aside by pointer, and nobody is provisioned for them', () => {
    expect(calm.quarantine).toHaveLength(15);
    for (const { source } of calm.quarantine) expect(source).toMatch(/^event:\/\/[0-9a-f-]+$/);
    expect(Object.keys(calm.principals)).toEqual(['user/alice', 'user/dora']);
    expect(JSON.stringify(calm)).not.toContain('a secret');
  });

  it('are no lines of the log, and say who was first seen in them', () => {
    expect(calm.ingest).toMatchObject({ posted: 0, duplicates: 0, quarantined: 0 });
    expect(calm.audit).toContainEqual(
      expect.objectContaining({ subject: 'user/dora', reason: 'Seen for the first time in a usage event.' }),
    );
  });

  it('come to the same on a day when AWS stumbles, and need no permission that is not theirs', () => {
    expect(stormy.principals).toEqual(calm.principals);
    expect(stormy.account).toEqual(calm.account);
    expect([stormy.faults, stormy.refusals, calm.faults, calm.refusals]).toEqual([[], [], [], []]);
    expect(stormy.usage).toEqual(calm.usage);
  });
});
