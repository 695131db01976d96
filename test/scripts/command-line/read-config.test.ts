import { readConfig } from '../../../scripts/command-line/read-config.ts';
import { writtenFiles } from '../../support/written-files.ts';

const written = writtenFiles();

describe('a file of settings', () => {
  it('is JSON or YAML, with amounts as texts or numbers', () => {
    const json = readConfig(written('a.json', '{ "defaultBudget": { "monthUsd": "50.00" }, "teams": {} }'));
    const yaml = readConfig(written('a.yaml', 'defaultBudget:\n  monthUsd: 50\n'));
    expect([json.defaultBudget.monthUsd, yaml.defaultBudget.monthUsd]).toEqual(['50.00', '50']);
  });

  it.each([
    ['neither YAML nor JSON', 'a: [1', 'is neither YAML nor JSON'],
    ['no amount', '{ "defaultBudget": { "monthUsd": 1e-9 } }', 'defaultBudget.monthUsd was given 1e-9'],
    ['a slip', 'defaultBuget:\n  monthUsd: 50\n', 'Did you mean "defaultBudget"?'],
  ])('is refused where it is %s', (_, text, why) => {
    expect(() => readConfig(written('b.yaml', text))).toThrow(why);
  });
});
