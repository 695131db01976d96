import { whatIf } from '../../../../scripts/budgeteer/replay/what-if.ts';
import { record } from '../../../support/records.ts';
import { writtenFiles } from '../../../support/written-files.ts';

/** Nova Lite in us-east-1: 0.06 USD per million input tokens, so these cost 0.60 USD. */
const sixtyCents = 10_000_000;
const fileOf = writtenFiles();

const logs = fileOf(
  'month.jsonl',
  Array.from({ length: 8 }, (_, day) =>
    ['alice', 'bob'].map((user) => {
      const at = `2026-11-0${day + 1}T10:00:00Z`;
      const input = sixtyCents * (user === 'alice' ? 2 : 1);
      return JSON.stringify(record({ user, input, output: 0, at }));
    }),
  )
    .flat()
    .join('\n'),
);
const tight = fileOf('tight.yaml', 'user/alice: { monthUsd: "6.30" }\nuser/bob: { monthUsd: "100.00" }\n');
const loose = fileOf('loose.json', JSON.stringify({ defaultBudget: { monthUsd: '1000.00' } }));
const shadow = fileOf('shadow.yaml', 'mode: shadow\ndefaultBudget: { monthUsd: "6.30" }\n');

describe('what-if', () => {
  it('tells for each file, in the order given, who is stopped and what is refused or over', async () => {
    const told = JSON.parse(await whatIf([logs], { budgets: [tight, loose, shadow], json: true }));
    expect(told).toEqual({
      budgets: [
        {
          suspended: ['user/alice'],
          restricted: ['user/alice'],
          warned: ['user/alice'],
          refusedUsd: '2.400000000',
          overUsd: '0.900000000',
        },
        { suspended: [], restricted: [], warned: [], refusedUsd: '0.000000000', overUsd: '0.000000000' },
        {
          suspended: [],
          restricted: [],
          warned: ['user/alice', 'user/bob'],
          refusedUsd: '0.000000000',
          overUsd: '3.300000000',
        },
      ],
    });
  });

  it('says in its table when it happened', async () => {
    expect(await whatIf([logs], { budgets: [tight, loose] })).toMatch(/user\/alice 2026-11-05T10:00/);
  });

  it('refuses a file that holds neither budgets nor settings', async () => {
    const wrong = fileOf('wrong.yaml', 'alice: 10');
    await expect(whatIf([logs], { budgets: [wrong] })).rejects.toThrow(/wrong\.yaml/);
  });
});
