import { insight } from '../../../../scripts/budgeteer/insight/insight.ts';
import { record } from '../../../support/records.ts';
import { writtenFiles } from '../../../support/written-files.ts';

const fileOf = writtenFiles();

/** Nova Lite in us-east-1: 0.06 USD per million input tokens. Alice spends 0.60 USD a day, Bob ever more. */
const logs = fileOf(
  'month.jsonl',
  Array.from({ length: 22 }, (_, day) => {
    const at = `2026-11-${String(day + 1).padStart(2, '0')}T10:00:00Z`;
    const alice = record({ user: 'alice', input: 10_000_000, output: 0, at });
    const bob = record({ user: 'bob', input: Math.round(20_000_000 * 1.05 ** day), output: 0, at });
    return [alice, bob].map((one) => JSON.stringify(one)).join('\n');
  }).join('\n'),
);
const config = fileOf('teams.yaml', 'teams: { team/ml: { monthUsd: "50.00", members: [user/alice] } }\n');
const histories = fileOf(
  'histories.json',
  JSON.stringify([
    { pattern: 'steady', days: Array(30).fill(2), next7: Array(7).fill(2) },
    { days: Array(30).fill(2), next7: Array(7).fill(4) },
  ]),
);

describe('insight', () => {
  it('tells how the days of people, teams and the account go, without the last day of the log', async () => {
    const { subjects } = JSON.parse(await insight([logs], { config, json: true }));
    expect(subjects.map(({ subject }: { subject: string }) => subject)).toEqual([
      'account',
      'user/bob',
      'user/alice',
      'team/ml',
    ]);
    const [, bob, alice, team] = subjects;
    expect(bob).toMatchObject({ pattern: 'growing', basis: { days: 21 } });
    expect(alice).toMatchObject({ pattern: 'steady', next7: expect.closeTo(4.2, 6) });
    expect(team.next7).toBeCloseTo(4.2, 6);
    expect(await insight([logs], { config })).toMatch(/user\/alice +│ steady +│ 21 days.*│ \$4\.20/);
  });

  it('measures on histories whose next days are known', async () => {
    const { measured, claimedCoverage } = JSON.parse(await insight([], { measure: histories, json: true }));
    expect(claimedCoverage).toBe(0.8);
    expect(measured.all).toEqual({ histories: 2, error: expect.closeTo(0.25, 6), coverage: 0.5, named: 1 });
    expect(measured.steady).toEqual({ histories: 1, error: expect.closeTo(0, 6), coverage: 1, named: 1 });
  });

  it.each([
    ['nothing is named', {}, 'There is nothing to look at'],
    ['a file is none of histories', { measure: config }, 'teams.yaml'],
    [
      'all histories are short',
      { measure: fileOf('short.json', JSON.stringify([{ days: [1], next7: Array(7).fill(1) }])) },
      'at least 14 days',
    ],
  ])('says so where %s', async (_, options, sentence) => {
    await expect(insight([], options)).rejects.toThrow(sentence);
  });
});
