import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  parseBudgetFile,
  readBudgetFile,
} from '../../../../../scripts/budgeteer/budgets/file/read-budget-file.ts';

const refused = (text: string): string[] => {
  try {
    parseBudgetFile(text, 'b.yaml');
  } catch (error) {
    return (error as Error).message.split('\n');
  }
  throw new Error('The file was accepted.');
};

describe('a file of budgets', () => {
  it('is read as the text that stands there: amounts need no quotes and lose nothing', () => {
    const text = [
      '# reviewed by two',
      'user/alice:',
      '  monthUsd: 120.10',
      '  thresholds:',
      '    - { at: 80%, do: [notify] }',
      '    - at: 4.50 USD',
      '      do: [notify, suspend]',
      'account: { monthUsd: "5000" }',
    ].join('\n');
    expect(parseBudgetFile(text, 'b.yaml')).toEqual({
      'user/alice': {
        monthUsd: '120.10',
        thresholds: [
          { at: '80%', do: ['notify'] },
          { at: '4.50 USD', do: ['notify', 'suspend'] },
        ],
      },
      account: { monthUsd: '5000' },
    });
  });

  it('may be JSON, and may use anchors', () => {
    expect(parseBudgetFile('{"team/ml": {"weekUsd": "5"}}', 'b.json')).toEqual({
      'team/ml': { weekUsd: '5' },
    });
    expect(parseBudgetFile('user/a: &x {dayUsd: 1}\nuser/b: *x\n', 'b.yaml')).toEqual({
      'user/a': { dayUsd: '1' },
      'user/b': { dayUsd: '1' },
    });
  });

  it.each<[string, string, string]>([
    [
      'an amount that is none, at the amount',
      'user/a:\n  monthUsd: a lot\n',
      'b.yaml:2:13: user/a.monthUsd was given "a lot", but it must be an amount in USD, for example "50.00".',
    ],
    [
      'a field that there is not, at the field',
      'user/a:\n  monthUsd: 5\n  yearUsd: 60\n',
      'b.yaml:3:3: user/a has no field "yearUsd"',
    ],
    ['a subject that is none, at the subject', 'user/a: {dayUsd: 1}\nalice: {dayUsd: 1}\n', 'b.yaml:2:1: '],
    [
      'an action that there is not, in a list',
      'user/a:\n  dayUsd: 1\n  thresholds:\n  - {at: 80%, do: [explode]}\n',
      'b.yaml:4:20: ',
    ],
    [
      'a halt that is not of the account',
      'account: {monthUsd: 9, thresholds: [{at: 90%, do: [halt]}]}\nuser/a:\n  dayUsd: 1\n  thresholds:\n  - {at: 80%, do: [halt]}\n',
      'b.yaml:5:19: user/a.thresholds',
    ],
    [
      "limits of models in a team's pool",
      'team/ml:\n  dayUsd: 1\n  models:\n    anthropic.*: {dayUsd: 1}\n',
      'b.yaml:4:5: team/ml.models',
    ],
    ['a threshold without its action', 'user/a:\n  dayUsd: 1\n  thresholds:\n  - at: 80%\n', 'b.yaml:4:5: '],
    ['a mistake behind an alias', 'user/a: &x {dayUsd: no}\nuser/b: *x\n', 'b.yaml:1:21: user/a.dayUsd'],
    ['no limit at all', 'user/a:\n  thresholds: [{at: 80%, do: [notify]}]\n', 'b.yaml:2:3: user/a was given'],
    ['a subject twice', 'user/a: {dayUsd: 1}\nuser/a: {dayUsd: 2}\n', 'b.yaml:2:1: Map keys must be unique'],
    ['what is no YAML', 'user/a: {dayUsd: 1\n', 'b.yaml:2:1: '],
    ['nothing', '', 'b.yaml:1:1: The file was given null'],
    ['a list', '- user/a\n', 'b.yaml:1:1: The file was given ["user/a"], but it must be a record.'],
  ])('is refused for %s, in one sentence with line and column', (_, text, start) => {
    const [sentence = '', ...others] = refused(text);
    expect(sentence.startsWith(start) ? start : sentence).toBe(start);
    expect(sentence).not.toContain('The stage');
    expect(others.length).toBe(text.includes('*x') ? 1 : 0);
  });

  it('says of every mistake at once where it stands', () => {
    expect(refused('user/a: {dayUsd: x}\nuser/b: {dayUsd: y}\n').map((line) => line.split(' ')[0])).toEqual([
      'b.yaml:1:18:',
      'b.yaml:2:18:',
    ]);
  });

  it('that is not there is named', () => {
    const folder = mkdtempSync(join(tmpdir(), 'budget-file-'));
    try {
      expect(() => readBudgetFile(join(folder, 'none.yaml'))).toThrow(/none\.yaml cannot be read/);
      writeFileSync(join(folder, 'some.yaml'), '{}\n');
      expect(readBudgetFile(join(folder, 'some.yaml'))).toEqual({});
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
