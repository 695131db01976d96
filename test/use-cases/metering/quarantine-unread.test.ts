import { createHash } from 'node:crypto';
import { quarantineUnread } from '../../../lambda/use-cases/metering/quarantine-unread.ts';
import type { QuarantinedLine } from '../../../lambda/use-cases/ports/ledger.ts';

const now = new Date('2026-11-22T12:00:00Z');
function ledger() {
  const kept: { lines: readonly QuarantinedLine[]; at: Date }[] = [];
  return {
    kept,
    quarantine: async (lines: readonly QuarantinedLine[], at: Date) => void kept.push({ lines, at }),
  };
}

it('keeps place, hash and reason of what could not be read, and never its text', async () => {
  const store = ledger();
  const content = '{"messages":"a secret"}';
  const sha256 = createHash('sha256').update(content).digest('hex');
  const { counts } = await quarantineUnread(
    [
      { source: 's3://b/one', reason: 'It is not gzip.', content },
      { source: 's3://b/two', reason: 'It is too large.', sha256: 'known' },
    ],
    { ledger: store, clock: () => now },
  );

  expect(counts.quarantined).toBe(2);
  expect(store.kept).toEqual([
    {
      at: now,
      lines: [
        { source: 's3://b/one', reason: 'It is not gzip.', sha256 },
        { source: 's3://b/two', reason: 'It is too large.', sha256: 'known' },
      ],
    },
  ]);
});

it('writes nothing where all was read', async () => {
  const store = ledger();

  expect((await quarantineUnread([], { ledger: store, clock: () => now })).counts.quarantined).toBe(0);
  expect(store.kept).toEqual([]);
});
