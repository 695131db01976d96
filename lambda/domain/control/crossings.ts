import { believedOf } from '../evidence/believed.ts';
import type { NanoUsd } from '../money.ts';
import type { RungAction } from '../settings.ts';
import type { WindowKind } from '../windows.ts';
import type { Budget, Limit } from './budget.ts';
import { type Grace, type Held, heldBack } from './grace.ts';
import { type ModelPattern, modelWindow } from './model-pattern.ts';
import type { AskedLevel } from './rung.ts';
import { type Rung, rungAmount, rungSeverity, type Severity } from './rung.ts';
import type { Scope } from './subject.ts';

/** What was posted to one window of one subject. */
export interface Balance {
  /** Priced spend. */
  readonly spent: NanoUsd;
  /** Spend at a ceiling price: counts against its own principal, never against a team or the account. */
  readonly ceiling: NanoUsd;
  readonly requests: number;
  /** Of a principal: models behind `ceiling`. They stay here when their price becomes known. */
  readonly unpriced?: readonly string[];
  /** Of a principal: what of `ceiling` counts only when its grace is over. */
  readonly held?: Held;
  /** What records brought that were young when they were posted, of what counts; repricing changes nothing here. */
  readonly live?: { readonly spent: NanoUsd; readonly requests: number };
  /** When the newest call was made that was posted here, ISO 8601 UTC; of whoever is held itself. */
  readonly newestCall?: string;
  /** What counts by UTC day of the call, `MMDD`; of weeks and months. */
  readonly days?: Readonly<Record<string, NanoUsd>>;
  /** What counts of claims that are not proven yet, by span; below 0 where a proof and a correction met. */
  readonly unproven?: Readonly<Record<string, NanoUsd>>;
}

export const noBalance: Balance = { spent: 0n, ceiling: 0n, requests: 0 };

/**
 * What counts towards thresholds, in nano-USD: an unknown price may stop its own principal, and nobody else; and what
 * nothing bounds counts in full only after its grace.
 * @param limit of the window, where one is in force
 * @param grace left out, all ceilings count in full
 */
export function countedSpend(balance: Balance, scope: Scope, limit?: NanoUsd, grace?: Grace): NanoUsd {
  const { spent, ceiling, held } = balance;
  if (scope !== 'principal') return spent;
  const total = spent + ceiling;
  return held === undefined || grace === undefined ? total : total - heldBack(held, total, limit, grace);
}

export interface CrossedRung extends Rung {
  readonly amount: NanoUsd;
  readonly severity: Severity;
}

/** One window of a budget, with the rungs its spend has reached, lowest first. */
export interface WindowStatus {
  readonly window: string;
  readonly kind: WindowKind;
  /** Of a limit of some models inside the budget. */
  readonly pattern?: ModelPattern | undefined;
  readonly spent: NanoUsd;
  /** Of a pool: the part of it that may act on others than who claims it. @default all of it */
  readonly believed?: NanoUsd;
  readonly limit: NanoUsd;
  /** What of `limit` orders added. @default 0 */
  readonly raised?: NanoUsd;
  readonly crossed: readonly CrossedRung[];
}

/** What AWS's counters leave to claims. */
export interface ClaimRoom {
  /** Undefined where nobody reads them: then all claims are believed. */
  readonly room: NanoUsd | undefined;
  /** Of a team: what everyone else claims. */
  readonly otherClaims?: NanoUsd | undefined;
}

/** What is claimed and not proven yet; a span below 0 is one that a proof and a correction met in. */
export const claimsIn = ({ unproven = {} }: Balance): NanoUsd =>
  Object.values(unproven).reduce((sum, amount) => (amount > 0n ? sum + amount : sum), 0n);

/** Balance, limit and crossed rungs of each current window of a budget. */
export function windowStatuses(
  budget: Budget,
  windows: Readonly<Record<WindowKind, string>>,
  balances: Readonly<Record<string, Balance>>,
  grace?: Grace,
  claims?: ClaimRoom | undefined,
): WindowStatus[] {
  const read: Counters = { balances, grace, claims };
  const plain = budget.limits.map((limit) => windowStatusOf(limit, windows[limit.kind], budget, read));
  const byModel = budget.modelLimits.flatMap(({ pattern, limits, rungs }) =>
    limits.map((limit) => ({
      ...windowStatusOf(limit, modelWindow(windows[limit.kind], pattern), { ...budget, rungs }, read),
      pattern,
    })),
  );
  return [...plain, ...byModel];
}

interface Counters {
  readonly balances: Readonly<Record<string, Balance>>;
  readonly grace: Grace | undefined;
  readonly claims: ClaimRoom | undefined;
}

function windowStatusOf(
  { kind, amount: limit, raised }: Limit,
  window: string,
  { scope, rungs }: Pick<Budget, 'scope' | 'rungs'>,
  { balances, grace, claims }: Counters,
): WindowStatus {
  const balance = balances[window] ?? noBalance;
  const spent = countedSpend(balance, scope, limit, grace);
  const crossed = rungs
    .map((rung) => ({
      ...rung,
      amount: rungAmount(rung.threshold, limit, raised),
      severity: rungSeverity(rung.threshold, limit, scope, raised),
    }))
    .filter((rung) => spent >= rung.amount)
    .sort((a, b) => (a.amount < b.amount ? -1 : a.amount > b.amount ? 1 : 0));
  const pool = claims !== undefined && (scope === 'team' || scope === 'account');
  const believed = pool ? { believed: believedOf({ spent, claims: claimsIn(balance), ...claims }) } : {};
  return { window, kind, spent, ...believed, limit, ...(raised !== undefined && { raised }), crossed };
}

const isBelieved = ({ spent, believed = spent }: WindowStatus, { amount }: CrossedRung): boolean =>
  believed >= amount;

/** Whether claims alone reach a rung that does more than notify: who reads the counters has to be asked. */
export const waitsForProof = (statuses: readonly WindowStatus[]): boolean =>
  statuses.some((window) =>
    window.crossed.some(
      (rung) => rung.actions.some((action) => action !== 'notify') && !isBelieved(window, rung),
    ),
  );

/** Strictest first. A halt is a suspension of everyone. */
const askedLevels: readonly (readonly [RungAction, AskedLevel])[] = [
  ['halt', 'suspended'],
  ['suspend', 'suspended'],
  ['restrict', 'restricted'],
  ['no-premium', 'no-premium'],
];

/** Whether a rung suspends, or halts, which is the account's suspension of everyone. */
export const asksToSuspend = ({ actions }: Pick<Rung, 'actions'>): boolean =>
  askedLevels.some(([action, level]) => level === 'suspended' && actions.includes(action));

/** The strictest level that a current window asks for, and that window. */
export function strictestLevel(
  statuses: readonly WindowStatus[],
): { readonly level: AskedLevel; readonly windowStatus: WindowStatus } | undefined {
  for (const [action, level] of askedLevels) {
    const asking = statuses.find((window) =>
      window.crossed.some((rung) => rung.actions.includes(action) && isBelieved(window, rung)),
    );
    if (asking !== undefined) return { level, windowStatus: asking };
  }
  return undefined;
}
