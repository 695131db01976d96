import type { LedgerEntry } from '../metering/ledger-entry.ts';
import type { NanoUsd } from '../money.ts';
import type { Saving, SavingKind } from './savings.ts';

/** One way to spend less that someone has: all the calls that it concerns together. */
export interface Advice {
  readonly kind: SavingKind;
  readonly model: string;
  readonly instead: string;
  readonly requests: number;
  /** nano-USD that these calls cost. */
  readonly spent: NanoUsd;
  /** nano-USD that they would have cost. */
  readonly wouldCost: NanoUsd;
}

/** What was found for one principal. The ways exclude one another for the same calls: they do not add up. */
export interface AdviceOf {
  readonly principal: string;
  /** nano-USD of all its calls in the period. */
  readonly spent: NanoUsd;
  /** The greatest saving first. */
  readonly advice: readonly Advice[];
}

/** Adds up single calls as they are read, so that a month of them need not be held. */
export class SavingSums {
  readonly #spent = new Map<string, NanoUsd>();
  readonly #advice = new Map<string, Map<string, Advice>>();

  add({ principal, charge }: Pick<LedgerEntry, 'principal' | 'charge'>, savings: readonly Saving[]): void {
    this.#spent.set(principal, (this.#spent.get(principal) ?? 0n) + charge.cost);
    const own = this.#advice.get(principal) ?? new Map<string, Advice>();
    this.#advice.set(principal, own);
    for (const { kind, model, instead, wouldCost } of savings) {
      const key = JSON.stringify([kind, model, instead]);
      const before = own.get(key) ?? { kind, model, instead, requests: 0, spent: 0n, wouldCost: 0n };
      own.set(key, {
        ...before,
        requests: before.requests + 1,
        spent: before.spent + charge.cost,
        wouldCost: before.wouldCost + wouldCost,
      });
    }
  }

  /** @param least nano-USD that advice must save to be given. Who could save most comes first. */
  worthSaying(least: NanoUsd): AdviceOf[] {
    return [...this.#advice]
      .map(([principal, own]) => ({
        principal,
        spent: this.#spent.get(principal) ?? 0n,
        advice: [...own.values()].filter((advice) => saved(advice) >= least).sort(moreFirst),
      }))
      .filter(({ advice }) => advice.length > 0)
      .sort((a, b) => moreFirst(a.advice[0], b.advice[0]) || a.principal.localeCompare(b.principal));
  }
}

/** nano-USD */
export const saved = ({ spent, wouldCost }: Pick<Advice, 'spent' | 'wouldCost'>): NanoUsd =>
  spent - wouldCost;

function moreFirst(a: Advice | undefined, b: Advice | undefined): number {
  const [left, right] = [a ? saved(a) : 0n, b ? saved(b) : 0n];
  return left < right ? 1 : left > right ? -1 : 0;
}
