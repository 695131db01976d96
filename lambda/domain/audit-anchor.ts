import { createHash } from 'node:crypto';
import { type AuditEntry, canonical, checkChain, noHash } from './audit-chain.ts';

/** The newest entry of one subject's chain. */
export interface ChainHead {
  version: number;
  hash: string;
}

/** An object of audit entries, one JSON object a line, packed with gzip. */
export interface ExportedEntries {
  key: string;
  /** Of the text before it was packed. */
  sha256: string;
  entries: number;
}

/** Where every chain stood on one day. Anchors form a chain of their own. */
export interface Anchor {
  /** ISO 8601 UTC; its day is the key's. */
  at: string;
  stage: string;
  /** Hash of the anchor before; of nothing for the first. */
  previous: string;
  /** By subject. */
  heads: Record<string, ChainHead>;
  /** What joined the chains since the anchor before. */
  exported: ExportedEntries[];
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** By which the next anchor names this one. */
export const hashAnchor = (anchor: Anchor): string => sha256(canonical(anchor));

/** An anchor of these heads, chained to the one before. */
export function makeAnchor(parts: Omit<Anchor, 'previous'>, previous: Anchor | undefined): Anchor {
  return { ...parts, previous: previous === undefined ? noHash : hashAnchor(previous) };
}

/** An anchor as text, and entries as lines: the same content is the same text. */
export const anchorText = (anchor: Anchor): string => `${canonical(anchor)}\n`;

export function entriesText(entries: readonly AuditEntry[]): {
  readonly text: string;
  readonly sha256: string;
} {
  const text = entries.map((entry) => `${canonical(entry)}\n`).join('');
  return { text, sha256: sha256(text) };
}

/** A head, with the day on which it was anchored first. */
export interface AnchoredHead extends ChainHead {
  readonly day: string;
}

/**
 * Which of the heads that were anchored a chain no longer holds, one sentence each.
 * @param chain from its beginning
 */
export function checkHeads(
  subject: string,
  heads: readonly AnchoredHead[],
  chain: readonly AuditEntry[],
): string[] {
  const hashes = new Map(chain.map(({ version, hash }) => [version, hash]));
  const last = chain.at(-1)?.version ?? 0;
  return heads
    .filter(({ version, hash }) => hashes.get(version) !== hash)
    .map(({ version, day }) => {
      const which = `${subject}: entry ${version}`;
      if (hashes.has(version)) {
        return `${which} is not the one that was anchored on ${day}: the chain was rewritten.`;
      }
      if (last === 0) return `${which} was anchored on ${day}, but the whole chain is gone.`;
      return last < version
        ? `${which} was anchored on ${day}, but the chain ends at entry ${last}: its end was cut off.`
        : `${which}, which was anchored on ${day}, is missing.`;
    });
}

/** Whether these entries begin with the one that was anchored, unchanged, and go on from it. */
export function goesOn(head: ChainHead, entries: readonly AuditEntry[]): boolean {
  const [first] = entries;
  if (first?.version !== head.version || first.hash !== head.hash) return false;
  // The entry's content is checked, too: its hash alone could have been left as it was.
  return checkChain(entries, { version: head.version - 1, hash: first.previousHash }).length === 0;
}

/**
 * What is wrong with the anchors' own chain, one sentence each.
 * @param anchors oldest first, with the day that each one's key names
 */
export function checkAnchors(
  anchors: readonly { readonly day: string; readonly anchor: Anchor }[],
  stage: string,
): string[] {
  return anchors.flatMap(({ day, anchor }, index) => {
    const before = anchors[index - 1];
    const problems: string[] = [];
    if (anchor.stage !== stage)
      problems.push(`The anchor of ${day} is of stage ${anchor.stage}, not of ${stage}.`);
    if (anchor.at.slice(0, 10) !== day)
      problems.push(`The anchor of ${day} was made on ${anchor.at.slice(0, 10)}.`);
    if (anchor.previous !== (before === undefined ? noHash : hashAnchor(before.anchor))) {
      problems.push(
        before === undefined
          ? `The anchor of ${day} is the first there is, but it follows another: older anchors are gone.`
          : `The anchor of ${day} does not follow from the one of ${before.day}: one of them was changed, or one between them is gone.`,
      );
    }
    return problems;
  });
}

/** Every head that was anchored, by subject: each one once, with the day on which it was first. */
export function anchoredHeads(
  anchors: readonly { readonly day: string; readonly anchor: Anchor }[],
): ReadonlyMap<string, readonly AnchoredHead[]> {
  const heads = new Map<string, AnchoredHead[]>();
  for (const { day, anchor } of anchors) {
    for (const [subject, head] of Object.entries(anchor.heads)) {
      const known = heads.get(subject) ?? [];
      const newest = known.at(-1);
      if (newest?.version !== head.version || newest.hash !== head.hash) known.push({ ...head, day });
      heads.set(subject, known);
    }
  }
  return heads;
}
