import { type NanoUsd, parseUsd } from '../money.ts';
import type { RungAction } from '../settings.ts';
import type { Scope } from './subject.ts';

export type Severity = 'info' | 'warning' | 'critical';
/** A threshold as configured: a share of the limit ("80%") or an amount of its own ("4.50 USD"). */
export interface Rung {
  readonly threshold: string;
  readonly actions: readonly RungAction[];
}
const percentScale = 100n * 1_000_000_000n;
/**
 * Amount at which a rung lies under `limit`, rounded up: a rung is crossed at its amount, never a fraction before it.
 * @param raised what orders added to the limit: a rung with an amount of its own moves with it, so that an order helps
 */
export function rungAmount(threshold: string, limit: NanoUsd, raised: NanoUsd = 0n): NanoUsd {
  if (threshold.endsWith(' USD')) return parseUsd(threshold.slice(0, -' USD'.length)) + raised;
  const scaled = limit * parseUsd(threshold.slice(0, -1));
  return (scaled + percentScale - 1n) / percentScale;
}
/** How loud a rung is: below 80 % a note, at the limit (and for the account from 95 %) critical, a warning between. */
export function rungSeverity(threshold: string, limit: NanoUsd, scope: Scope, raised?: NanoUsd): Severity {
  const amount = rungAmount(threshold, limit, raised);
  if (amount >= limit) return 'critical';
  if (scope === 'account' && amount * 100n >= limit * 95n) return 'critical';
  return amount * 100n >= limit * 80n ? 'warning' : 'info';
}

/** What crossed rungs can ask for, beside a notice. */
export type AskedLevel = 'no-premium' | 'restricted' | 'suspended';
