import type { LedgerEntry } from '../metering/ledger-entry.ts';
import { evidenceOf, type Repricing, upgrade } from '../pricing/repricing.ts';
import { contradicts } from './copies.ts';
import { type CountedModels, countedModels } from './counted.ts';
import { fallen } from './witness.ts';

/** All that is known of one Region and hour. */
export interface SpanFacts {
  /** What the ledger holds of those who have claims in it. */
  readonly posted: readonly LedgerEntry[];
  /** What Bedrock's objects hold of it, of everyone. */
  readonly written: readonly LedgerEntry[];
  /** Undefined where AWS's counters cannot be read: then nothing is taken back. */
  readonly counted: CountedModels | undefined;
  /** Whether all objects were read, to their end. */
  readonly whole: boolean;
  /** The model that a caller named, as counters and entries are told apart by. */
  readonly modelOf: (entry: LedgerEntry) => string;
}

/** What has to be done so that the ledger holds what Bedrock wrote; nothing of it is done yet. */
export interface SpanVerdict {
  /** Bedrock's objects have it, the ledger has not. */
  readonly post: readonly LedgerEntry[];
  /** A claim and its copy differ, or the copy brings back what was disproved. */
  readonly correct: readonly Repricing[];
  readonly disprove: readonly Repricing[];
  /** Claims without a copy that nothing contradicts yet. */
  readonly stand: readonly LedgerEntry[];
  /** Corrections of a claim that said something else than Bedrock. */
  readonly conflicts: number;
  /** Whether no claim of it is open any more. */
  readonly proven: boolean;
}

/** Holds the ledger against Bedrock's objects and AWS's counters. */
export function compareSpan({ posted, written, counted, whole, modelOf }: SpanFacts): SpanVerdict {
  const copies = new Map(written.map((entry) => [idOf(entry), entry]));
  const known = new Set(posted.map(idOf));
  const correct = posted.flatMap((entry) => {
    const copy = copies.get(idOf(entry));
    return (copy && upgrade(entry, copy)) ?? [];
  });
  const alone = posted.filter((entry) => evidenceOf(entry) === 'claim' && !copies.has(idOf(entry)));
  const falls =
    whole && counted !== undefined ? fallenOf(alone, written, counted, modelOf) : new Set<LedgerEntry>();
  const stand = alone.filter((entry) => !falls.has(entry));
  return {
    post: written.filter((entry) => !known.has(idOf(entry))),
    correct,
    disprove: [...falls].map(disproof),
    stand,
    conflicts: correct.filter(({ from, to }) => evidenceOf(from) === 'claim' && contradicts(from, to)).length,
    proven: whole && stand.length === 0,
  };
}

function fallenOf(
  alone: readonly LedgerEntry[],
  written: readonly LedgerEntry[],
  counted: CountedModels,
  modelOf: SpanFacts['modelOf'],
): Set<LedgerEntry> {
  const held = countedModels(written, modelOf);
  const byModel = Map.groupBy(alone, modelOf);
  return new Set(
    [...byModel].flatMap(([model, claims]) => fallen(claims, counted.get(model), held.get(model))),
  );
}

/** What a claim becomes that no call stands behind: it stays where it is and costs nothing. */
export function disproof(claim: LedgerEntry): Repricing {
  const { cost, quality, book, model } = claim.charge;
  return {
    from: claim,
    to: {
      ...claim,
      evidence: 'disproved',
      repricedFrom: claim.repricedFrom ?? { cost, quality, book },
      charge: {
        ...{ cost: 0n, quality: 'free', flags: [], model, book },
        reason: 'Bedrock wrote no such call, and AWS counted none',
      },
    },
  };
}

const idOf = ({ key }: LedgerEntry): string => `${key.pk} ${key.sk}`;
