import { graceSlot, unpricedLabel } from '../control/grace.ts';
import { contradicts, usedDiffers } from '../evidence/copies.ts';
import type { Evidence } from '../evidence/grade.ts';
import { type Invocation, invocationFlags } from '../metering/invocation.ts';
import type { Charge, LedgerEntry, PriceQuality } from '../metering/ledger-entry.ts';
import type { NanoUsd } from '../money.ts';
import { type ChargeOptions, charge } from './charge.ts';
import { type PriceBook, priceBook } from './price-book.ts';

/** A posted entry as it was read, and what it should be. Payer, team and windows stay what the posting stamped. */
export interface Repricing {
  readonly from: LedgerEntry;
  readonly to: LedgerEntry;
}

/** What the balances that the entry's stamps name gain; negative where they lose. */
export interface BalanceChange {
  readonly spent: NanoUsd;
  readonly ceiling: NanoUsd;
  /** The part of `ceiling` that does not count at once: what lies above the lower bound of a ceiling that nothing bounds. */
  readonly held: NanoUsd;
}

export const noChange: BalanceChange = { spent: 0n, ceiling: 0n, held: 0n };

export const addChanges = (one: BalanceChange, other: BalanceChange): BalanceChange => ({
  spent: one.spent + other.spent,
  ceiling: one.ceiling + other.ceiling,
  held: one.held + other.held,
});

/**
 * What may take the place of what, as each step knows more: no entry ever gets worse, so there is an end to it. A price
 * is never taken back: of two copies that both have one, the first stays, unless only the other tells the tier, or proves
 * that more was done.
 */
const better: Readonly<Record<PriceQuality, readonly PriceQuality[]>> = {
  ceiling: ['assumed', 'priced', 'free'],
  assumed: ['priced'],
  priced: [],
  free: [],
};

/**
 * The change that a second copy of the record makes of a posted entry; undefined where it makes none. What the more
 * trustworthy copy states outweighs what the other does: a proof corrects a claim up or down, and brings back what was
 * disproved; a claim changes neither. Of two claims that differ the more expensive counts until one is proven. Copies that state the
 * same only tell what the posted one does not know: a price where there was a ceiling or an assumption, counts where there
 * were none.
 */
export function upgrade(posted: LedgerEntry, copy: LedgerEntry): Repricing | undefined {
  const [before, now] = [evidenceOf(posted), evidenceOf(copy)];
  if (before === 'disproved') return now === 'proof' ? replacement(posted, copy) : undefined;
  if (before === 'claim' && now === 'proof' && contradicts(posted, copy)) return replacement(posted, copy);
  if (before === 'proof' && now === 'claim' && contradicts(copy, posted)) return undefined;
  if (before === 'claim' && now === 'claim' && usedDiffers(posted, copy))
    return copy.charge.cost > posted.charge.cost ? replacement(posted, copy) : undefined;
  if (!knowsBetter(copy, posted) || (before === 'proof' && now !== 'proof' && tellsMore(copy, posted)))
    return undefined;
  return replacement(posted, copy);
}

/** Of entries that were posted before grades were kept nobody knows who had written them. */
export const evidenceOf = ({ evidence = 'claim' }: Pick<LedgerEntry, 'evidence'>): Evidence => evidence;

/** The posted entry with all that the copy states. Who pays, and in which team, stays what the posting stamped. */
function replacement(posted: LedgerEntry, copy: LedgerEntry): Repricing {
  const { modelId, usage, bodyModel, tier, guardrailUnits, recordFlags, behind, charge, evidence } = copy;
  const proven = evidenceOf(copy) === 'proof' ? { evidence, pointer: undefined } : {};
  const known = { modelId, usage, bodyModel, tier, guardrailUnits, recordFlags, behind, ...proven };
  const windows = windowsOf(posted, copy);
  return { from: posted, to: { ...corrected(posted, charge), ...known, windows } };
}

/** Which windows of single models it counts in hangs on the model; all others on who pays, and when. */
function windowsOf(posted: LedgerEntry, copy: LedgerEntry): LedgerEntry['windows'] {
  if (posted.charge.model === copy.charge.model) return posted.windows;
  const ofModels = (window: string) => window.includes('@');
  const renamed = (before: readonly string[] = [], now: readonly string[] = []) => [
    ...before.filter((window) => !ofModels(window)),
    ...now.filter(ofModels),
  ];
  const { principal, role } = posted.windows;
  return {
    ...posted.windows,
    principal: renamed(principal, copy.windows.principal),
    ...(role !== undefined && { role: renamed(role, copy.windows.role) }),
  };
}

/** Whether it states what the other leaves out: nobody but Bedrock may add to what Bedrock wrote. */
const tellsMore = (copy: LedgerEntry, other: LedgerEntry): boolean =>
  copy.bodyModel !== other.bodyModel ||
  copy.tier !== other.tier ||
  JSON.stringify([copy.usage, copy.recordFlags]) !== JSON.stringify([other.usage, other.recordFlags]);

/**
 * The change that today's price book and profiles make of an entry at a ceiling price: undefined while it would stay
 * one, and for every entry whose price was known when it was posted.
 */
export function repriced(
  posted: LedgerEntry,
  options: ChargeOptions,
  book: PriceBook = priceBook,
): Repricing | undefined {
  if (posted.charge.quality !== 'ceiling') return undefined;
  const { modelId, behind } = posted;
  const profiles = { ...options.profiles, ...(behind === undefined ? {} : { [modelId]: behind }) };
  const now = charge(callOf(posted), { ...options, profiles }, book);
  return now.quality === 'ceiling' ? undefined : { from: posted, to: corrected(posted, now) };
}

function corrected(posted: LedgerEntry, charge: Charge): LedgerEntry {
  const { cost, quality, book } = posted.charge;
  return { ...posted, charge, repricedFrom: posted.repricedFrom ?? { cost, quality, book } };
}

/** Ceilings have a counter of their own, so a price that becomes known moves money from one to the other. */
export function balanceChange({ from, to }: Repricing): BalanceChange {
  const { spent, ceiling, held } = counted(from);
  return addChanges(counted(to), { spent: -spent, ceiling: -ceiling, held: -held });
}

/** Requests that the balances gain: what is disproved is none. */
export const requestsChange = ({ from, to }: Repricing): number => requestsOf(to) - requestsOf(from);

const requestsOf = (entry: LedgerEntry): number => (evidenceOf(entry) === 'disproved' ? 0 : 1);

/** What one entry adds to the balances of its stamps. */
export const counted = ({ charge }: Pick<LedgerEntry, 'charge'>): BalanceChange => countedCost(charge);

/** The same of a charge alone. */
export function countedCost({ cost, quality, floor }: CountedCharge): BalanceChange {
  return quality === 'ceiling'
    ? { spent: 0n, ceiling: cost, held: cost - (floor ?? cost) }
    : { spent: cost, ceiling: 0n, held: 0n };
}

/** What of a charge decides in which counters of a balance it stands; usage events have no quality. */
export type CountedCharge = Pick<Charge, 'cost' | 'floor'> & {
  readonly quality: PriceQuality | undefined;
};

/** What counts of a change at once towards the payer's own budget. */
export const countsAtOnce = ({ spent, ceiling, held }: BalanceChange): NanoUsd => spent + ceiling - held;

/** What is held of each slot of the grace, by the model's name: zeros are left out. */
export function heldBySlot(changes: Iterable<readonly [model: string, held: NanoUsd]>): Map<string, NanoUsd> {
  const slots = new Map<string, NanoUsd>();
  for (const [model, held] of changes) {
    if (held === 0n) continue;
    const slot = graceSlot(unpricedLabel(model));
    slots.set(slot, (slots.get(slot) ?? 0n) + held);
  }
  return new Map([...slots].filter(([, held]) => held !== 0n));
}

/** What a repricing takes off the slot of the model as it was posted, and puts on that of the model as it is known now. */
export const heldOfRepricing = ({ from, to }: Repricing): readonly (readonly [string, NanoUsd])[] => [
  [from.charge.model, -counted(from).held],
  [to.charge.model, counted(to).held],
];

/** Of copies of one record in one delivery, the one that outweighs the others; the first of those that say the same. */
export function bestInformed(copies: readonly [LedgerEntry, ...LedgerEntry[]]): LedgerEntry {
  return copies.reduce((best, copy) => (upgrade(best, copy) === undefined ? best : copy));
}

function knowsBetter(entry: LedgerEntry, other: LedgerEntry): boolean {
  const { charge, usage, tier } = entry;
  const before = other.charge.quality;
  if (charge.quality !== before) return better[before].includes(charge.quality);
  const counts = usage !== undefined && other.usage === undefined;
  // Only a copy with its body tells in which tier the call was served; both know a price, and one of them knows which.
  const served = tier !== undefined && other.tier === undefined && charge.cost !== other.charge.cost;
  const [own, others] = [provesMore(entry), provesMore(other)];
  const proves = own && !others && charge.cost > other.charge.cost;
  return (served && (own || !others)) || proves || (before === 'ceiling' && counts);
}

/** Only a copy with its body shows the parts of a usage, and the tools that ran inside the call. */
const provesMore = ({ recordFlags, usage }: LedgerEntry): boolean =>
  recordFlags.includes(invocationFlags.usageFromParts) || usage?.tools !== undefined;

/** The call as far as a price needs one. What a guardrail blocked is free, and never priced again. */
export function callOf(posted: LedgerEntry): Invocation {
  const { requestId, timestamp, account, region, operation, modelId, usage, bodyModel, recordFlags } = posted;
  const { tier, guardrailUnits } = posted;
  return {
    ...{ requestId, timestamp, account, region, operation, modelId, usage, bodyModel },
    ...(tier !== undefined && { tier }),
    ...(guardrailUnits !== undefined && { guardrailUnits }),
    identityArn: undefined,
    guardrailBlockedInput: false,
    flags: recordFlags,
  };
}
