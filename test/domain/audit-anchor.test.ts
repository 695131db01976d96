import fc from 'fast-check';
import type { Anchor } from '../../lambda/domain/audit-anchor.ts';
import {
  anchoredHeads,
  checkAnchors,
  checkHeads,
  goesOn,
  makeAnchor,
} from '../../lambda/domain/audit-anchor.ts';
import { type AuditEntry, chainEntry, checkChain } from '../../lambda/domain/audit-chain.ts';

const subject = 'user/alice';
const chainOf = (reasons: readonly string[]): readonly AuditEntry[] => {
  const chain: AuditEntry[] = [];
  for (const [index, reason] of reasons.entries()) {
    const change = { at: `2026-11-${index}`, action: 'x', actor: 'evaluate', reason, before: '', after: '' };
    chain.push(chainEntry(subject, index + 1, change, chain.at(-1)));
  }
  return chain;
};
const headOf = (chain: readonly AuditEntry[]) => {
  const { version = 1, hash = '' } = chain.at(-1) ?? {};
  return { version, hash, day: '2026-11-23' };
};
const reasons = fc.array(fc.string(), { minLength: 1, maxLength: 12 });

describe('A head that was anchored', () => {
  test('is found in every chain that went on from there', () => {
    fc.assert(
      fc.property(reasons, fc.array(fc.string(), { maxLength: 6 }), (then, later) => {
        const head = headOf(chainOf(then));
        const chain = chainOf([...then, ...later]);
        expect(checkHeads(subject, [head], chain)).toEqual([]);
        expect(goesOn(head, chain.slice(head.version - 1))).toBe(true);
      }),
    );
  });

  test('is missed in every chain with another past or a shorter one, also where all links hold', () => {
    fc.assert(
      fc.property(reasons, reasons, (then, now) => {
        fc.pre(JSON.stringify(now.slice(0, then.length)) !== JSON.stringify(then));
        const head = headOf(chainOf(then));
        const chain = chainOf(now);
        expect(checkChain(chain)).toEqual([]);
        expect(checkHeads(subject, [head], chain)).toHaveLength(1);
        expect(goesOn(head, chain.slice(head.version - 1))).toBe(false);
      }),
    );
  });

  test('does not cover for an entry whose content was changed under its old hash', () => {
    const chain = chainOf(['a', 'b', 'c']);
    const forged = chain.map((entry) =>
      entry.version === 2 ? { ...entry, change: { ...entry.change, reason: 'z' } } : entry,
    );
    expect(goesOn(headOf(chain.slice(0, 2)), forged.slice(1))).toBe(false);
  });
});

describe('Anchors', () => {
  const days = ['2026-11-22', '2026-11-23', '2026-11-24', '2026-11-25'];
  const chain = chainOf(['a', 'b', 'c', 'd']);
  const anchors: { day: string; anchor: Anchor }[] = [];
  for (const [index, day] of days.entries()) {
    const { version, hash } = headOf(chain.slice(0, Math.min(index + 1, 3)));
    const parts = {
      at: `${day}T03:43:00.000Z`,
      stage: 'test',
      heads: { [subject]: { version, hash } },
      exported: [],
    };
    anchors.push({ day, anchor: makeAnchor(parts, anchors.at(-1)?.anchor) });
  }

  test('follow from each other, and name each head once', () => {
    expect(checkAnchors(anchors, 'test')).toEqual([]);
    expect(
      anchoredHeads(anchors)
        .get(subject)
        ?.map(({ version, day }) => [version, day]),
    ).toEqual([
      [1, '2026-11-22'],
      [2, '2026-11-23'],
      [3, '2026-11-24'],
    ]);
  });

  test.each([0, 1, 2])('show that the one at place %i is gone or was changed', (place) => {
    const without = anchors.filter((_, index) => index !== place);
    expect(checkAnchors(without, 'test')).toHaveLength(1);
    const changed = anchors.map((each, index) =>
      index === place ? { ...each, anchor: { ...each.anchor, heads: {} } } : each,
    );
    expect(checkAnchors(changed, 'test')).toHaveLength(1);
  });

  test('of another stage, or under another day, are none of this stage', () => {
    const [first] = anchors;
    expect(checkAnchors(first ? [first] : [], 'other')).toEqual([
      'The anchor of 2026-11-22 is of stage test, not of other.',
    ]);
    expect(checkAnchors(first ? [{ ...first, day: '2026-11-29' }] : [], 'test')).toEqual([
      'The anchor of 2026-11-29 was made on 2026-11-22.',
    ]);
  });
});
