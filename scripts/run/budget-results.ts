import { accessOf, type Holds } from '../../lambda/domain/control/access.ts';
import { specFor } from '../../lambda/domain/control/budget.ts';
import { causes } from '../../lambda/domain/control/cause.ts';
import { countedSpend, noBalance } from '../../lambda/domain/control/crossings.ts';
import { limitsInForce, ordersInForce } from '../../lambda/domain/control/orders.ts';
import { rungAmount } from '../../lambda/domain/control/rung.ts';
import { graceOf } from '../../lambda/domain/control/situation.ts';
import { firstState, type SubjectState } from '../../lambda/domain/control/state.ts';
import { protectionOf, scopeIn, teamOf } from '../../lambda/domain/control/subject.ts';
import { foresee } from '../../lambda/domain/forecast/foresight.ts';
import { formatUsd, parseUsd } from '../../lambda/domain/money.ts';
import { countedCost, heldBySlot } from '../../lambda/domain/pricing/repricing.ts';
import type { BudgetSpec, Settings } from '../../lambda/domain/settings.ts';
import { calendarWindow, windowBounds, windowIdAt, windowKindOf } from '../../lambda/domain/windows.ts';
import type { KeptBalance, PostedRequest, TableContents } from './read-tables.ts';
import type { BudgetResult, ForecastResult, PrincipalResult, TeamResult, WindowResult } from './result.ts';

/** What each budget of a run came to. */
export class BudgetResults {
  readonly #contents: TableContents;
  readonly #settings: Settings;
  readonly #now: Date;
  readonly #months: ReadonlyMap<string, ReadonlyMap<string, KeptBalance>>;

  constructor(contents: TableContents, settings: Settings, now: Date) {
    this.#contents = contents;
    this.#settings = settings;
    this.#now = now;
    this.#months = this.#monthsOfAll();
  }

  budget(subject: string): BudgetResult {
    const forecast = this.#forecast(subject);
    return {
      windows: this.#windows(subject),
      alerts: this.#alerts(subject),
      ...(forecast && { forecast }),
    };
  }

  principal(subject: string): PrincipalResult {
    const state = this.#contents.states.get(subject) ?? firstState(this.#now.toISOString(), '');
    const held = causes.filter((cause) => state.holds[cause] !== undefined);
    const { exempt: ordered } = ordersInForce(state.orders ?? {}, this.#now);
    const spared = ordered !== undefined || protectionOf(subject, this.#settings) !== undefined;
    const exempt = held.length === 0 && spared;
    const access = exempt ? 'exempt' : accessOf(state);
    const reason = reasonOf(state);
    return {
      access,
      causes: held,
      ...(reason !== undefined && { reason }),
      ...this.budget(subject),
    };
  }

  team(subject: string): TeamResult {
    const holds: Holds = this.#contents.states.get(subject)?.holds ?? {};
    return { exhausted: holds.own !== undefined || holds.manual !== undefined, ...this.budget(subject) };
  }

  #spec(subject: string): BudgetSpec | undefined {
    const { team: tagged, tier } = this.#contents.tags?.get(subject) ?? {};
    const facts = { team: teamOf(subject, this.#settings, tagged), tier };
    return specFor(subject, this.#contents.specs.get(subject), this.#settings, facts);
  }

  /** As people wrote it, unless an operator's order changes it. */
  #limit(subject: string, spec: BudgetSpec | undefined, window: string): string | null {
    const kind = windowKindOf(window);
    const [, pattern] = window.split('@');
    if (pattern !== undefined) return spec?.models?.[pattern]?.[`${kind}Usd`] ?? null;
    const written = spec?.[`${kind}Usd`];
    if (written === undefined) return null;
    const base = [{ kind, amount: parseUsd(written) }];
    const orders = ordersInForce(this.#contents.states.get(subject)?.orders ?? {}, this.#now);
    const [limit = base[0]] = limitsInForce(base, orders);
    return limit === undefined || limit.amount === base[0]?.amount ? written : formatUsd(limit.amount);
  }

  /** Every window with usage, and the current month. */
  #windows(subject: string): Record<string, WindowResult> {
    const balances = new Map<string, KeptBalance>([
      ...(this.#months.get(subject) ?? []),
      ...(this.#contents.balances.get(subject) ?? []),
    ]);
    const month = windowIdAt('month', this.#now, this.#settings.timeZone);
    const used = [...balances]
      .filter(([, { requests, untrusted = 0n }]) => requests > 0 || untrusted > 0n)
      .map(([window]) => window);
    const spec = this.#spec(subject);
    return Object.fromEntries(
      [...new Set([...used, month])].sort().map((window) => {
        const balance: KeptBalance = balances.get(window) ?? noBalance;
        const { untrusted = 0n, spent, ceiling } = balance;
        const scope = scopeIn(subject, this.#settings);
        const limit = this.#limit(subject, spec, window);
        const counts = this.#counted(subject, balance, limit === null ? undefined : parseUsd(limit));
        const heldBack = scope === 'principal' ? spent + ceiling - counts : 0n;
        return [
          window,
          {
            spentUsd: formatUsd(counts),
            limitUsd: limit,
            requests: balance.requests,
            ...(balance.ceiling > 0n && { ceilingUsd: formatUsd(balance.ceiling) }),
            ...(heldBack > 0n && { heldBackUsd: formatUsd(heldBack) }),
            ...(untrusted > 0n && { untrustedUsd: formatUsd(untrusted) }),
          },
        ];
      }),
    );
  }

  /** As it is decided by: what nothing bounds counts by its lower bound while its grace runs. */
  #counted(subject: string, balance: KeptBalance, limit: bigint | undefined): bigint {
    const state = this.#contents.states.get(subject) ?? firstState(this.#now.toISOString(), '');
    const { unpricedGraceHours } = this.#settings;
    const grace = graceOf({ state, unpricedGraceHours, now: this.#now });
    return countedSpend(balance, scopeIn(subject, this.#settings), limit, grace);
  }

  /** What each spent in each month, from the ledger: only windows that a budget has are kept as balances. */
  #monthsOfAll(): Map<string, Map<string, KeptBalance>> {
    const { requests, usageEvents = [] } = this.#contents;
    const all = new Map<string, Map<string, KeptBalance>>();
    for (const request of [...requests, ...usageEvents.filter(({ trusted }) => trusted)]) {
      const month = windowIdAt('month', new Date(request.timestamp), this.#settings.timeZone);
      const payers = new Set([request.principal, request.role, request.team, 'account']);
      for (const payer of payers) {
        if (payer === undefined) continue;
        const months = all.get(payer) ?? new Map<string, KeptBalance>();
        all.set(payer, months.set(month, withRequest(months.get(month) ?? noBalance, request)));
      }
    }
    return all;
  }

  /** Of the longest window that is open now. */
  #forecast(subject: string): ForecastResult | undefined {
    const { timeZone } = this.#settings;
    const spec = this.#spec(subject);
    const kind = (['month', 'week'] as const).find((each) => spec?.[`${each}Usd`] !== undefined);
    if (kind === undefined) return undefined;
    const window = windowIdAt(kind, this.#now, timeZone);
    const limit = parseUsd(this.#limit(subject, spec, window) ?? '0');
    const balances = this.#contents.balances.get(subject) ?? new Map<string, KeptBalance>();
    const foresight = foresee({
      ...{ window, limit, now: this.#now, bounds: windowBounds(window, timeZone) },
      spent: this.#counted(subject, balances.get(window) ?? noBalance, limit),
      days: [...balances]
        .filter(([name]) => windowKindOf(name) === kind && calendarWindow(name) === name)
        .map(([name, { days = {} }]) => ({ bounds: windowBounds(name, timeZone), spent: days })),
    });
    return (
      foresight && {
        window,
        projectedUsd: formatUsd(foresight.projected),
        runsOutAt: foresight.runsOutAt?.toISOString() ?? null,
      }
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

function withRequest(before: KeptBalance, request: PostedRequest): KeptBalance {
  const { spent, ceiling, held } = countedCost(request);
  const more = [...heldBySlot([[request.model, held]])];
  const slots = more.map(([slot, amount]) => [slot, (before.held?.[slot] ?? 0n) + amount]);
  return {
    ...before,
    ...{ spent: before.spent + spent, ceiling: before.ceiling + ceiling },
    held: { ...before.held, ...Object.fromEntries(slots) },
    requests: before.requests + (request.evidence === 'disproved' ? 0 : 1),
  };
}

function reasonOf({ failure, enforced }: SubjectState): string | undefined {
  return failure?.error ?? (enforced.outcome === 'unenforceable' ? enforced.reason : undefined);
}

function order<T extends string | bigint>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
