import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { settingsSchema } from '../../../lambda/contracts/settings.ts';
import { replay } from '../../../scripts/budgeteer/replay/replay.ts';
import { replayResult } from '../../../scripts/budgeteer/replay/replay-result.ts';
import { writeReport } from '../../../scripts/report/write-report.ts';
import { record } from '../../support/records.ts';

const settings = settingsSchema.parse({ mode: 'enforce', defaultBudget: { monthUsd: '10.00' } });
const folder = mkdtempSync(join(tmpdir(), 'report-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function htmlOf(records: readonly Record<string, unknown>[]): Promise<string> {
  const lines = records.map((each, index) => ({
    at: new Date(String(each['timestamp'])),
    text: JSON.stringify(each),
    source: `file:${index}`,
  }));
  const replayed = await replay(lines, settings);
  const file = join(folder, 'report.html');
  const result = replayResult(replayed, settings);
  await writeReport(file, replayed.ledger.entries.values(), { result, settings });
  return readFileSync(file, 'utf8');
}

// Nova Lite: 0.06 USD a million tokens of input.
const spend = (user: string, millions: number, at: string) =>
  record({ user, input: millions * 1e6, output: 0, at });

it('tells in its headline what was spent, and who was suspended', async () => {
  const html = await htmlOf([
    spend('ann', 150, '2026-11-20T10:00:00Z'),
    spend('ann', 50, '2026-11-21T10:00:00Z'),
    spend('ben', 10, '2026-11-22T10:00:00Z'),
  ]);
  const [, headline = ''] = /<h1[^>]*>([\s\S]*?)<\/h1>/.exec(html) ?? [];

  expect(headline).toContain('$12.60');
  expect(html).toContain('user/ann');
  expect(html).toMatch(/suspended/i);
});

it('needs no network: no script, style, picture or font comes from elsewhere', async () => {
  const html = await htmlOf([spend('ann', 10, '2026-11-20T10:00:00Z')]);

  expect(html).not.toMatch(/<script/i);
  expect(html).not.toMatch(/(src|href)="(?!#|data:)/i);
  expect(html).not.toMatch(/@import|url\((?!['"]?(data:|#))/i);
});

it('shows what callers can spell, and runs none of it', async () => {
  const hostile = '<img src=x onerror=alert(1)>"\'&</svg><script>alert(2)</script>';
  const html = await htmlOf([record({ modelId: hostile, at: '2026-11-20T10:00:00Z', input: 5_000_000 })]);

  expect(html).not.toContain('<img src=x');
  expect(html).not.toMatch(/<script/i);
  expect(html.match(/<svg/g)?.length).toBe(html.match(/<\/svg>/g)?.length);
});

it('says in one sentence that a file cannot be written', async () => {
  const replayed = await replay([], settings);
  const result = replayResult(replayed, settings);

  await expect(
    writeReport(join(folder, 'no', 'such', 'folder.html'), [], { result, settings }),
  ).rejects.toThrow(/could not be written/);
});
