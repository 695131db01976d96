import { type Budget, specFor, toBudget } from '../../lambda/domain/control/budget.ts';
import { rungAmount } from '../../lambda/domain/control/rung.ts';
import { scopeIn, teamOf } from '../../lambda/domain/control/subject.ts';
import { ledgerKey } from '../../lambda/domain/metering/ledger-key.ts';
import { readLine } from '../../lambda/domain/metering/read-line.ts';
import { charge } from '../../lambda/domain/pricing/charge.ts';
import { identify } from '../../lambda/domain/principal.ts';
import type { Settings } from '../../lambda/domain/settings.ts';
import { accountSubject, subjectOf } from '../../lambda/domain/subject.ts';
import { windowIdAt } from '../../lambda/domain/windows.ts';

/** Foretells which lines make a budget reach a threshold, by the same pure functions that meter them. */
export class SpendForecast {
  readonly #settings: Settings;
  readonly #seen = new Set<string>();
  readonly #spent = new Map<string, bigint>();
  readonly #budgets = new Map<string, Budget | undefined>();

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** Adds a line to the balances it counts against; answers whether one of them reaches a threshold by it. */
  crosses(line: string): boolean {
    const reading = readLine(line);
    if (reading.kind !== 'invocation') return false;
    const { invocation } = reading;
    const payer = identify(invocation.identityArn, this.#settings);
    const key = ledgerKey(invocation, payer.ledgerName);
    const seen = `${key.pk} ${key.sk}`;
    if (this.#seen.has(seen)) return false;
    this.#seen.add(seen);
    const { cost, quality } = charge(invocation, this.#settings);
    const pools = [subjectOf(payer.id).role, teamOf(payer.id, this.#settings), accountSubject];
    const shared = pools.filter((name) => name !== undefined);
    const at = new Date(invocation.timestamp);
    // An unknown price counts against its own principal only.
    const subjects = quality === 'ceiling' ? [payer.id] : [payer.id, ...shared];
    return subjects.map((subject) => this.#add(subject, cost, at)).includes(true);
  }

  #add(subject: string, cost: bigint, at: Date): boolean {
    const budget = this.#budgetOf(subject);
    let crossed = false;
    for (const { kind, amount } of budget?.limits ?? []) {
      const balance = `${subject} ${windowIdAt(kind, at, this.#settings.timeZone)}`;
      const before = this.#spent.get(balance) ?? 0n;
      const after = before + cost;
      this.#spent.set(balance, after);
      crossed ||= (budget?.rungs ?? []).some((rung) => {
        const threshold = rungAmount(rung.threshold, amount);
        return before < threshold && threshold <= after;
      });
    }
    return crossed;
  }

  #budgetOf(subject: string): Budget | undefined {
    if (!this.#budgets.has(subject)) {
      // What tags say of a principal is not known here.
      const facts = { team: teamOf(subject, this.#settings) };
      const spec = specFor(subject, undefined, this.#settings, facts);
      this.#budgets.set(subject, spec && toBudget(spec, scopeIn(subject, this.#settings)));
    }
    return this.#budgets.get(subject);
  }
}
