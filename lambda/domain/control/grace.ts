import { createHash } from 'node:crypto';
import { earliest } from '../earliest.ts';
import type { NanoUsd } from '../money.ts';

/*
 * A ceiling that nothing bounds counts by its lower bound at first: what lies above is held back in counters of the balance,
 * and counts by itself once an admin had the stated time to price the model, or at once where so much is unknown that the
 * limit would be passed several times over. Nothing is ever posted twice for it: a decision reads the counters and the clock.
 */

/** When admins were told of the models without a price, and how long they have. */
export interface Grace {
  /** By slot, ISO 8601 UTC: see `graceSlot`. */
  readonly told: Readonly<Record<string, string>>;
  readonly hours: number;
  readonly now: Date;
}

/** Nano-USD held back of each slot. */
export type Held = Readonly<Record<string, NanoUsd>>;

/** So many counters a balance has for what is held, however many models somebody calls. */
const slots = 64;
/** Beyond so many times the limit it counts at once: who knows no price may not spend for nothing. */
export const graceLimits = 3n;
const hourMs = 3_600_000;
const longestLabel = 120;

/** A model as it is told apart in alerts: its id, or of an ARN what is left without account and Region. */
export function unpricedLabel(model: string): string {
  const name = model.startsWith('arn:') ? model.split(':').slice(5).join(':') : model;
  return (name === '' ? 'unknown' : name).slice(0, longestLabel);
}

/**
 * The counter of a model's label, `00` to `3f`. Models that share one share the grace of the first, so that whoever thinks
 * of ever new names gains no time by it.
 */
export function graceSlot(label: string): string {
  const [first = 0] = createHash('sha256').update(label).digest();
  return (first % slots).toString(16).padStart(2, '0');
}

/** The first of these labels in each slot: at most 64, however many there are. */
export const onePerSlot = (labels: readonly string[]): string[] =>
  [...new Map(labels.toReversed().map((label) => [graceSlot(label), label])).values()].sort();

/**
 * What of a window's ceilings does not count yet, in nano-USD.
 * @param total priced spend and ceilings of the window, in full
 * @param limit of the window; undefined where none is in force
 */
export function heldBack(held: Held, total: NanoUsd, limit: NanoUsd | undefined, grace: Grace): NanoUsd {
  if (limit !== undefined && total > graceLimits * limit) return 0n;
  return Object.entries(held)
    .filter(([slot]) => !isOver(slot, grace))
    .reduce((sum, [, amount]) => sum + amount, 0n);
}

function isOver(slot: string, grace: Grace): boolean {
  const ends = endOf(slot, grace);
  return ends !== undefined && ends <= grace.now;
}

/** Undefined until an admin was told. */
function endOf(slot: string, { told, hours }: Grace): Date | undefined {
  const at = told[slot];
  return at === undefined ? undefined : new Date(Date.parse(at) + hours * hourMs);
}

/** When the next of what is held begins to count; undefined where nothing is held, or nobody was told yet. */
export function graceEnds(held: readonly Held[], grace: Grace): Date | undefined {
  const open = held.flatMap((each) => Object.keys(each).filter((slot) => (each[slot] ?? 0n) > 0n));
  const ends = open.map((slot) => endOf(slot, grace));
  return earliest(...ends.filter((end) => end !== undefined && end > grace.now));
}
