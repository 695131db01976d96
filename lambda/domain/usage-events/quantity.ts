import { costOf, type NanoUsd, ratePerUnit } from '../money.ts';

/** Millionths of a unit, exact. */
export type Micros = bigint;

const decimals = 6;
const microsPerUnit = 10n ** BigInt(decimals);

/**
 * A quantity as JSON gave it, exactly: below 1e9 a number with six decimals is written as it was read. Undefined for
 * finer ones.
 */
export function microsOf(quantity: number): Micros | undefined {
  const [, whole, fraction = ''] = /^(\d+)(?:\.(\d{1,6}))?$/.exec(String(quantity)) ?? [];
  return whole === undefined ? undefined : BigInt(whole + fraction.padEnd(decimals, '0'));
}

/** Without trailing zeros: `2.5`. */
export function formatMicros(micros: Micros): string {
  const fraction = (micros % microsPerUnit).toString().padStart(decimals, '0').replace(/0+$/, '');
  return `${micros / microsPerUnit}${fraction === '' ? '' : `.${fraction}`}`;
}

export interface UsagePrice {
  readonly unitUsd: string;
  /** Units that cost nothing, of the payer's first in the month. */
  readonly free: Micros;
}

export interface UsageCost {
  readonly cost: NanoUsd;
  /** What of the quantity is beyond the free tier. */
  readonly billable: Micros;
}

/**
 * What `quantity` costs a payer who used `before` in this month. With a free tier it is what the month costs with it less
 * what the month costs without: the costs of a month's events add up to the same, to the nano-dollar, in whatever order
 * they came.
 */
export function usageCost({ unitUsd, free }: UsagePrice, before: Micros, quantity: Micros): UsageCost {
  const beyond = (total: Micros) => (total > free ? total - free : 0n);
  const [from, to] = free === 0n ? [0n, quantity] : [beyond(before), beyond(before + quantity)];
  return { cost: priced(unitUsd, to) - priced(unitUsd, from), billable: to - from };
}

/** Millionths of a unit at the price of a unit: a factor of a thousand billionths each. */
const priced = (unitUsd: string, micros: Micros): NanoUsd =>
  costOf([{ quantity: micros, rate: ratePerUnit(unitUsd) }], [1_000n]);
