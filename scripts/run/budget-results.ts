import type { BudgetSpec, Settings } from '../../lambda/contracts/settings.ts';
import { causes } from '../../lambda/contracts/workflows.ts';
import { accessOf, type Holds } from '../../lambda/domain/control/access.ts';
import { rungAmount, specFor } from '../../lambda/domain/control/budget.ts';
import { countedSpend, noBalance } from '../../lambda/domain/control/crossings.ts';
import { firstState, type SubjectState } from '../../lambda/domain/control/state.ts';
import { protectionOf, scopeOf } from '../../lambda/domain/control/subject.ts';
import { formatUsd } from '../../lambda/domain/money.ts';
import { windowIdAt, windowKindOf } from '../../lambda/domain/windows.ts';
import type { KeptBalance, TableContents } from './read-tables.ts';
import type { BudgetResult, PrincipalResult, TeamResult, WindowResult } from './result.ts';

/** What each budget of a run came to. */
export class BudgetResults {
  readonly #contents: TableContents;
  readonly #settings: Settings;
  readonly #now: Date;

  constructor(contents: TableContents, settings: Settings, now: Date) {
    this.#contents = contents;
    this.#settings = settings;
    this.#now = now;
  }

  budget(subject: string): BudgetResult {
    return { windows: this.#windows(subject), alerts: this.#alerts(subject) };
  }

  principal(subject: string): PrincipalResult {
    const state = this.#contents.states.get(subject) ?? firstState(this.#now.toISOString(), '');
    const held = causes.filter((cause) => state.holds[cause] !== undefined);
    const exempt = held.length === 0 && protectionOf(subject, this.#settings) !== undefined;
    const access = exempt ? 'exempt' : accessOf(state);
    const reason = reasonOf(state);
    return {
      access,
      ...(access === 'restricted' && { step: 'economy' as const }),
      causes: held,
      ...(reason !== undefined && { reason }),
      ...this.budget(subject),
    };
  }

  team(subject: string): TeamResult {
    const holds: Holds = this.#contents.states.get(subject)?.holds ?? {};
    return { exhausted: holds.own !== undefined, ...this.budget(subject) };
  }

  #spec(subject: string): BudgetSpec | undefined {
    return specFor(subject, this.#contents.specs.get(subject), this.#settings);
  }

  /** Every window with usage, and the current month. */
  #windows(subject: string): Record<string, WindowResult> {
    const balances = this.#contents.balances.get(subject);
    const month = windowIdAt('month', this.#now, this.#settings.timeZone);
    const used = [...(balances ?? [])]
      .filter(([, { requests, untrusted = 0n }]) => requests > 0 || untrusted > 0n)
      .map(([window]) => window);
    const spec = this.#spec(subject);
    return Object.fromEntries(
      [...new Set([...used, month])].sort().map((window) => {
        const balance: KeptBalance = balances?.get(window) ?? noBalance;
        const { untrusted = 0n } = balance;
        return [
          window,
          {
            spentUsd: formatUsd(countedSpend(balance, scopeOf(subject))),
            limitUsd: spec?.[`${windowKindOf(window)}Usd`] ?? null,
            requests: balance.requests,
            ...(balance.ceiling > 0n && { ceilingUsd: formatUsd(balance.ceiling) }),
            ...(untrusted > 0n && { untrustedUsd: formatUsd(untrusted) }),
          },
        ];
      }),
    );
  }

  #alerts(subject: string): BudgetResult['alerts'] {
    return this.#contents.alerts
      .filter((alert) => alert.subject === subject && alert.kind === 'threshold')
      .map(({ id, window, at, limit }) => ({ threshold: id, window, at, amount: rungAmount(id, limit) }))
      .sort((a, b) => order(a.at, b.at) || order(a.window, b.window) || order(a.amount, b.amount))
      .map(({ threshold, window, at }) => ({ threshold, window, at }));
  }
}

function reasonOf({ failure, enforced }: SubjectState): string | undefined {
  return failure?.error ?? (enforced.outcome === 'unenforceable' ? enforced.reason : undefined);
}

function order<T extends string | bigint>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
