import { type AuditEntry, checkChain } from '../../../lambda/domain/audit-chain.ts';
import { firstState } from '../../../lambda/domain/control/state.ts';
import { AuditContentionError, recordChange } from '../../../lambda/use-cases/audit/record-change.ts';

const at = '2026-11-22T12:00:00.000Z';
const stateAt = (version: number) => ({ ...firstState(at, 'test'), version });

class MemoryLog {
  readonly entries: AuditEntry[] = [];
  taken = false;
  head = async () => this.entries.at(-1);
  entriesFrom = async (_: string, from: number) => this.entries.filter(({ version }) => version >= from);
  insert = async (entry: AuditEntry) => {
    if (!this.taken) this.entries.push(entry);
    return !this.taken;
  };
}

it('chains each version once, whatever is delivered again', async () => {
  const log = new MemoryLog();
  for (const version of [1, 2, 2, 1, 3]) await recordChange('user/ann', stateAt(version), log);

  expect(log.entries.map(({ version }) => version)).toEqual([1, 2, 3]);
  expect(checkChain(log.entries)).toEqual([]);
});

it('tells how many versions are missing, and goes on behind the gap', async () => {
  const log = new MemoryLog();
  await recordChange('user/ann', stateAt(1), log);

  expect(await recordChange('user/ann', stateAt(4), log)).toEqual({
    recorded: true,
    missing: 2,
    older: false,
  });
  expect(checkChain(log.entries)).toEqual(['user/ann: entry 2 is missing before entry 4.']);
});

it('fails where another writer took the place, so that the trigger tries again', async () => {
  const log = new MemoryLog();
  log.taken = true;

  await expect(recordChange('user/ann', stateAt(1), log)).rejects.toThrow(AuditContentionError);
});
