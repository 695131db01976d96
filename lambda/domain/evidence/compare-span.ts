import type { LedgerEntry } from '../metering/ledger-entry.ts';
import { evidenceOf, type Repricing } from '../pricing/repricing.ts';
import { contradicts, type Stated } from './copies.ts';
import { addCounted, type CountedModels, countedModels, nothingCounted } from './counted.ts';
import { fallen } from './witness.ts';

/** What a record in Bedrock's objects says, as far as it is held against the ledger. */
export type Written = Stated & Pick<LedgerEntry, 'key' | 'account' | 'region'>;

/** All that is known of one Region and hour. */
export interface SpanFacts {
  /** What the ledger holds of those who have claims in it. */
  readonly posted: readonly LedgerEntry[];
  /** What Bedrock's objects hold of it, of everyone. */
  readonly written: readonly Written[];
  /** Undefined where AWS's counters cannot be read: then nothing is taken back. */
  readonly counted: CountedModels | undefined;
  /** Whether all objects were read, to their end. */
  readonly whole: boolean;
  /** The model that a caller named, as counters and entries are told apart by. */
  readonly modelOf: (entry: Written) => string;
}

/** What has to be done so that the ledger holds what Bedrock wrote. */
export interface SpanVerdict {
  /** What Bedrock's objects have and the ledger has not, or has otherwise: it is posted, and what is posted corrected. */
  readonly bring: readonly Written[];
  readonly disprove: readonly Repricing[];
  /** Claims without a copy that nothing contradicts yet. */
  readonly stand: readonly LedgerEntry[];
  /** Of what is brought: claims that say something else than Bedrock. */
  readonly conflicts: number;
  /** Whether no claim of it is open any more. */
  readonly proven: boolean;
  /** Why claims stand; undefined where none does. */
  readonly why: WhyOpen | undefined;
}

/**
 * Why claims of an hour are neither proven nor taken back: a witness could not be read, Bedrock's objects hold less than AWS
 * counted, or no counter tells of a model.
 */
export type WhyOpen = 'objects-unreadable' | 'counters-unreadable' | 'behind' | 'silent';

/** Holds the ledger against Bedrock's objects and AWS's counters. */
export function compareSpan({ posted, written, counted, whole, modelOf }: SpanFacts): SpanVerdict {
  const copies = new Map(written.map((copy) => [idOf(copy), copy]));
  const ledger = new Map(posted.map((entry) => [idOf(entry), entry]));
  const conflicting = (copy: Written) => {
    const entry = ledger.get(idOf(copy));
    return entry !== undefined && evidenceOf(entry) === 'claim' && contradicts(entry, copy);
  };
  const lacking = (copy: Written) => {
    const entry = ledger.get(idOf(copy));
    return entry === undefined || evidenceOf(entry) === 'disproved';
  };
  const alone = posted.filter((entry) => evidenceOf(entry) === 'claim' && !copies.has(idOf(entry)));
  const judged = whole && counted !== undefined ? judge(alone, written, counted, modelOf) : undefined;
  const falls = judged?.falls ?? new Set<LedgerEntry>();
  const stand = alone.filter((entry) => !falls.has(entry));
  const unread = whole ? 'counters-unreadable' : 'objects-unreadable';
  return {
    bring: written.filter((copy) => lacking(copy) || conflicting(copy)),
    disprove: [...falls].map(disproof),
    stand,
    conflicts: written.filter(conflicting).length,
    proven: stand.length === 0,
    why: stand.length === 0 ? undefined : (judged?.why ?? unread),
  };
}

function judge(
  alone: readonly LedgerEntry[],
  written: readonly Written[],
  counted: CountedModels,
  modelOf: SpanFacts['modelOf'],
): { readonly falls: ReadonlySet<LedgerEntry>; readonly why: WhyOpen } {
  const held = countedModels(written, modelOf);
  const byModel = Map.groupBy(alone, modelOf);
  // What AWS counted under a name that nobody else knows may be any of those that it does not count by name.
  const strangers = [...counted].filter(
    ([model, { calls }]) => calls > 0 && !held.has(model) && !byModel.has(model),
  );
  const unnamed = strangers.length === 0 ? undefined : strangers.map(([, each]) => each).reduce(addCounted);
  // Of a Region that shows metrics of other models a missing one says that nothing was called, unless objects know better.
  const called = (model: string) => (counted.size > 0 && !held.has(model) ? nothingCounted : undefined);
  const counterOf = (model: string) => counted.get(model) ?? unnamed ?? called(model);
  const falls = [...byModel].flatMap(([model, claims]) => fallen(claims, counterOf(model), held.get(model)));
  const silent = [...byModel.keys()].some((model) => counterOf(model) === undefined);
  return { falls: new Set(falls), why: silent ? 'silent' : 'behind' };
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

const idOf = ({ key }: Pick<LedgerEntry, 'key'>): string => `${key.pk} ${key.sk}`;
