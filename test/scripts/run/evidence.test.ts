import type { RunResult } from '../../../scripts/run/result.ts';
import { runMany } from './support/command.ts';

const month = 'month:2026-11';
let results: Record<string, RunResult>;
beforeAll(async () => {
  results = await runMany(['forged-copies', 'forged-line', 'forged-pool'], { badDays: false });
}, 300_000);

const resultOf = (name: string): RunResult => results[name] as RunResult;
const decisions = (result: RunResult) => result.invocations.map(({ decision }) => decision);

describe('Lines that somebody else than Bedrock wrote', () => {
  it('hide nothing as copies of one token: the caller is charged and stopped by what Bedrock wrote', () => {
    expect(resultOf('forged-copies').principals['user/mallory']).toMatchObject({
      access: 'suspended',
      windows: { [month]: { spentUsd: '7.200000000', requests: 2 } },
    });
  });

  it('stop their victim until the hour is proven, and nobody else ever is restored by it', () => {
    const result = resultOf('forged-line');
    const { 'user/victim': victim, 'user/alice': alice } = result.principals;

    expect(decisions(result)).toEqual(['denied', 'allowed', 'denied']);
    // A second line said more than any call can be.
    expect(result.ingest).toMatchObject({ posted: 3, quarantined: 1 });
    expect(victim).toMatchObject({
      access: 'active',
      windows: { [month]: { spentUsd: '0.000000000', requests: 0 } },
    });
    expect(alice).toMatchObject({ access: 'suspended', windows: { [month]: { spentUsd: '0.120000000' } } });
    expect(result.evidence).toEqual({
      ...{ provenThrough: '2026-11-22T13:00:00Z', disproved: 1, disprovedUsd: '5.400000000' },
      ...{ corrected: 0, conflicts: 0 },
    });
    expect(result.notices).toContainEqual(
      expect.objectContaining({ notice: 'evidence', subject: 'user/victim' }),
    );
  });

  it('neither use up a pool nor halt the account', () => {
    const result = resultOf('forged-pool');

    expect(decisions(result)).toEqual(['allowed', 'allowed']);
    expect([result.account.halted, result.teams['team/ml']?.exhausted]).toEqual([false, false]);
  });

  it.each(['forged-copies', 'forged-line', 'forged-pool'])('leave no fault and no refusal: %s', (name) => {
    expect([resultOf(name).faults, resultOf(name).refusals]).toEqual([[], []]);
  });
});
