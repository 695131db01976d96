import type { NanoUsd } from '../money.ts';
import type { RungAction } from '../settings.ts';
import type { WindowKind } from '../windows.ts';
import type { Budget, Limit } from './budget.ts';
import { type ModelPattern, modelWindow } from './model-pattern.ts';
import type { AskedStep } from './rung.ts';
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
  /** What records brought that were young when they were posted, of what counts; repricing changes nothing here. */
  readonly live?: { readonly spent: NanoUsd; readonly requests: number };
  /** When the newest call was made that was posted here, ISO 8601 UTC; of whoever is held itself. */
  readonly newestCall?: string;
  /** What counts by UTC day of the call, `MMDD`; of weeks and months. */
  readonly days?: Readonly<Record<string, NanoUsd>>;
}

export const noBalance: Balance = { spent: 0n, ceiling: 0n, requests: 0 };

/** What counts towards thresholds: an unknown price may stop its own principal, and nobody else. */
export function countedSpend(balance: Balance, scope: Scope): NanoUsd {
  return scope === 'principal' ? balance.spent + balance.ceiling : balance.spent;
}

export interface CrossedRung extends Rung {
  readonly amount: NanoUsd;
  readonly severity: Severity;
}

/** One window of a budget, with the rungs its spend has reached, lowest first. */
export interface WindowStanding {
  readonly window: string;
  readonly kind: WindowKind;
  /** Of a limit of some models inside the budget. */
  readonly pattern?: ModelPattern | undefined;
  readonly spent: NanoUsd;
  readonly limit: NanoUsd;
  readonly crossed: readonly CrossedRung[];
}

/** How a budget stands in each of its current windows. */
export function standings(
  budget: Budget,
  windows: Readonly<Record<WindowKind, string>>,
  balances: Readonly<Record<string, Balance>>,
): WindowStanding[] {
  const plain = budget.limits.map((limit) => standingOf(limit, windows[limit.kind], budget, balances));
  const byModel = budget.modelLimits.flatMap(({ pattern, limits, rungs }) =>
    limits.map((limit) => ({
      ...standingOf(limit, modelWindow(windows[limit.kind], pattern), { ...budget, rungs }, balances),
      pattern,
    })),
  );
  return [...plain, ...byModel];
}

function standingOf(
  { kind, amount: limit }: Limit,
  window: string,
  { scope, rungs }: Pick<Budget, 'scope' | 'rungs'>,
  balances: Readonly<Record<string, Balance>>,
): WindowStanding {
  const spent = countedSpend(balances[window] ?? noBalance, scope);
  const crossed = rungs
    .map((rung) => ({
      ...rung,
      amount: rungAmount(rung.threshold, limit),
      severity: rungSeverity(rung.threshold, limit, scope),
    }))
    .filter((rung) => spent >= rung.amount)
    .sort((a, b) => (a.amount < b.amount ? -1 : a.amount > b.amount ? 1 : 0));
  return { window, kind, spent, limit, crossed };
}

/** Hardest first. The account's halt is a suspension of everyone. */
const askedSteps: readonly (readonly [RungAction, AskedStep])[] = [
  ['halt', 'suspend'],
  ['suspend', 'suspend'],
  ['restrict', 'restrict'],
  ['no-premium', 'no-premium'],
];

/** Whether a rung suspends, by whatever name. */
export const asksToSuspend = ({ actions }: Pick<Rung, 'actions'>): boolean =>
  askedSteps.some(([action, step]) => step === 'suspend' && actions.includes(action));

/** The hardest step that any current window asks for, and the window that asks. */
export function hardestStep(
  standing: readonly WindowStanding[],
): { readonly step: AskedStep; readonly standing: WindowStanding } | undefined {
  for (const [action, step] of askedSteps) {
    const asking = standing.find((window) => window.crossed.some((rung) => rung.actions.includes(action)));
    if (asking !== undefined) return { step, standing: asking };
  }
  return undefined;
}
