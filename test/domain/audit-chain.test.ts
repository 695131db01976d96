import fc from 'fast-check';
import { type AuditEntry, chainEntry, checkChain } from '../../lambda/domain/audit-chain.ts';
import type { Change } from '../../lambda/domain/control/state.ts';

const change: fc.Arbitrary<Change> = fc.record({
  at: fc.constantFrom('2026-11-22T12:00:00.000Z', '2026-11-23T12:00:00.000Z'),
  action: fc.constantFrom('suspend', 'release', 'extend'),
  actor: fc.constantFrom('evaluate', 'user/ops'),
  reason: fc.string({ maxLength: 8 }),
  before: fc.constantFrom('active', 'suspended'),
  after: fc.constantFrom('active', 'suspended'),
  inputs: fc.record({ spentUsd: fc.constantFrom('1.00', '2.00'), priceBook: fc.constant('2026-11-30') }),
});
const chain = fc.array(change, { minLength: 3, maxLength: 8 }).map((changes) => {
  const entries: AuditEntry[] = [];
  for (const each of changes) {
    entries.push(chainEntry('user/alice', entries.length + 1, each, entries.at(-1)));
  }
  return entries;
});
const tampered = (how: (entries: AuditEntry[], at: number) => AuditEntry[]) =>
  fc.assert(
    fc.property(chain, fc.nat(), (entries, seed) => {
      const at = seed % (entries.length - 1);
      expect(checkChain(entries)).toEqual([]);
      expect(checkChain(how([...entries], at)).length).toBeGreaterThan(0);
    }),
  );
const entryAt = (entries: AuditEntry[], index: number): AuditEntry => {
  const entry = entries[index];
  if (entry === undefined) throw new Error(`There is no entry ${index}.`);
  return entry;
};

describe('a chain is found broken', () => {
  it('by a gap anywhere but at its end, which the state and the anchors tell', () => {
    tampered((entries, at) => entries.toSpliced(at, 1));
  });

  it('by an edit of any field, under the old hash', () => {
    const edits: ((edited: Change) => Change)[] = [
      (edited) => ({ ...edited, reason: `${edited.reason}!` }),
      (edited) => ({ ...edited, actor: 'user/mallory' }),
      (edited) => ({ ...edited, at: '2026-11-24T12:00:00.000Z' }),
      (edited) => ({ ...edited, after: 'exempt' }),
      (edited) => ({ ...edited, inputs: { ...edited.inputs, spentUsd: '0.00' } }),
      (edited) => ({ ...edited, inputs: undefined }),
    ];
    for (const edit of edits) {
      tampered((entries, at) =>
        entries.with(at, { ...entryAt(entries, at), change: edit(entryAt(entries, at).change) }),
      );
    }
  });

  it('by an edit under a hash of its own, which the next entry does not follow from', () => {
    tampered((entries, at) => {
      const { version, change: old } = entryAt(entries, at);
      const forged = chainEntry('user/alice', version, { ...old, actor: 'user/mallory' }, entries[at - 1]);
      return entries.with(at, forged);
    });
  });

  it('by two entries that change places, with their versions or without', () => {
    tampered((entries, at) => entries.with(at, entryAt(entries, at + 1)).with(at + 1, entryAt(entries, at)));
    tampered((entries, at) => {
      const [one, two] = [entryAt(entries, at), entryAt(entries, at + 1)];
      return entries
        .with(at, { ...two, version: one.version })
        .with(at + 1, { ...one, version: two.version });
    });
  });

  it('by an entry of another subject, or one put in between', () => {
    tampered((entries, at) => entries.with(at, { ...entryAt(entries, at), subject: 'user/bob' }));
    tampered((entries, at) => entries.toSpliced(at, 0, entryAt(entries, at)));
  });
});
