import { readConfig } from '../../command-line/read-config.ts';
import { writeReport } from '../../report/write-report.ts';
import { readLogs } from '../../run/logs.ts';
import { report } from '../../run/report.ts';
import { replay } from './replay.ts';
import { replayResult } from './replay-result.ts';

/** `budgeteer replay FILES…`: what these logs would have led to. @throws InputError where they cannot be read */
export async function replayCommand(
  paths: readonly string[],
  options: { readonly config?: string; readonly json?: boolean; readonly html?: string },
): Promise<void> {
  const settings = readConfig(options.config);
  const { lines, passedBy } = readLogs(paths);
  const replayed = await replay(lines, settings);
  replayed.counts.ignored.sidecar += passedBy.sidecar;
  replayed.counts.ignored.notice += passedBy.notice;
  const result = replayResult(replayed, settings);
  if (options.html !== undefined) {
    await writeReport(options.html, replayed.ledger.entries.values(), { result, settings });
  }
  process.stdout.write(options.json ? `${JSON.stringify(result, undefined, 2)}\n` : report(result));
}
