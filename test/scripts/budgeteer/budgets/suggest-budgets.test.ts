import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { suggestBudgets } from '../../../../scripts/budgeteer/budgets/suggest-budgets.ts';
import { checked, runConfigSchema } from '../../../../scripts/command-line/read-config.ts';
import { record } from '../../../support/records.ts';

const folder = mkdtempSync(join(tmpdir(), 'suggest-'));
afterAll(() => rmSync(folder, { recursive: true }));
const fileOf = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

/** Nova Lite in us-east-1: 10 million input tokens cost 0.60 USD. */
const spend = (user: string, times: number, at: string) =>
  JSON.stringify(record({ user, input: 10_000_000 * times, output: 0, at }));
const first = '2026-11-01T00:00:00Z';
const people = Array.from({ length: 20 }, (_, index) => spend(`u${index}`, 10, first));
const logs = fileOf(
  'log.jsonl',
  [...people, spend('heavy', 100, first), spend('ml', 20, '2026-11-16T00:00:00Z')].join('\n'),
);
const config = fileOf('c.yaml', 'teams: { team/ml: { members: [user/ml], monthUsd: "500.00" } }');

describe('suggested budgets', () => {
  it('are a percentile with room by team, and one of their own for whoever spends more', async () => {
    const { settings, reasons } = JSON.parse(await suggestBudgets([logs], { config, json: true }));
    // Half a month: 6 USD become 12 a month, 15 with room.
    expect(settings).toEqual({
      defaultBudget: { monthUsd: '15.00' },
      defaults: { teams: { 'team/ml': { monthUsd: '30.00' } } },
      budgets: { 'user/heavy': { monthUsd: '150.00' } },
      accountBudget: { monthUsd: '480.00' },
    });
    expect(reasons.join(' ')).toMatch(
      /15 days.*nine of ten spend up to 12.00 USD.*user\/heavy spends 120.00 USD/,
    );
  });

  it('are a settings file that what-if reads', async () => {
    const file = await suggestBudgets([logs], { config });
    expect(checked(runConfigSchema, parse(file), 'it').accountBudget.monthUsd).toBe('480.00');
  });

  it('are refused where nothing was spent', async () => {
    const nothing = fileOf(
      'nothing.jsonl',
      JSON.stringify(record({ user: 'a', input: 0, output: 0, at: first })),
    );
    await expect(suggestBudgets([nothing], {})).rejects.toThrow(/cost anything: give logs/);
  });
});
