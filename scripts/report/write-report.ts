import { writeFileSync } from 'node:fs';
import type { LedgerEntry } from '../../lambda/domain/metering/ledger-entry.ts';
import { InputError } from '../command-line/input-error.ts';
import type { ReportInput } from './report-input.ts';
import { usageFacts } from './usage-facts.ts';

/**
 * Writes the report of a run or a replay as one HTML file.
 * @param entries all posted calls
 * @throws InputError where the file cannot be written
 */
export async function writeReport(
  path: string,
  entries: Iterable<LedgerEntry>,
  input: Omit<ReportInput, 'usage'>,
): Promise<void> {
  // The chart library is large: only who wants a report waits for it.
  const [{ renderHtmlReport }, { reportView }] = await Promise.all([
    import('./render-report.ts'),
    import('./view.ts'),
  ]);
  const usage = usageFacts(entries, input.result, input.settings);
  const html = renderHtmlReport(reportView({ ...input, usage }));
  try {
    writeFileSync(path, html);
  } catch (error) {
    throw new InputError(`The report could not be written to ${path}: ${(error as Error).message}`);
  }
}
