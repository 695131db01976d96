import type { LedgerEntry } from '../../domain/metering/ledger-entry.ts';
import type { NanoUsd } from '../../domain/money.ts';
import type { ChargeOptions } from '../../domain/pricing/charge.ts';
import { type PriceBook, priceBook } from '../../domain/pricing/price-book.ts';
import { callOf, type Repricing, repriced } from '../../domain/pricing/repricing.ts';
import { resolveProfiles } from '../metering/resolve-profiles.ts';
import type { Ledger, ProfileDirectory } from '../ports/ledger.ts';
import type { Sleep } from '../ports/time.ts';

export interface RepriceDeps {
  readonly ledger: Pick<Ledger, 'reprice'>;
  /** Entries at a ceiling price, in portions. */
  readonly ceilings: AsyncIterable<readonly LedgerEntry[]>;
  readonly settings: ChargeOptions;
  /** @default the settings alone say what profiles stand for */
  readonly profiles?: ProfileDirectory | undefined;
  /** @default the book that ships with this version */
  readonly book?: PriceBook;
  /** Write capacity units a second that may be used up. */
  readonly unitsPerSecond: number;
  readonly sleep: Sleep;
}

export interface RepriceWishes {
  /** Part of the model's name, as called or as priced. @default every model */
  readonly model?: string | undefined;
  /** Only say what would change. */
  readonly dryRun: boolean;
}

/** What changed for one payer. */
export interface RepricedPrincipal {
  readonly principal: string;
  readonly entries: number;
  /** What they were charged, and what they are charged now. */
  readonly ceiling: NanoUsd;
  readonly price: NanoUsd;
}

export interface RepricedLedger {
  /** By name. */
  readonly principals: readonly RepricedPrincipal[];
  /** Entries that stay at a ceiling, by model and reason. */
  readonly unknown: readonly { readonly model: string; readonly reason: string; readonly entries: number }[];
}

/** Few enough for one transaction beside the balances. */
const atOnce = 50;
/** What one item of a transaction costs, as long as it is under a kilobyte. */
const unitsOfWrite = 2;

/**
 * Prices what was charged a ceiling anew, and moves the difference between the balances, each entry exactly once: it may
 * stop anywhere and be run again, beside metering and beside another one. Evaluation follows by the balances' stream.
 */
export async function repriceLedger(deps: RepriceDeps, wishes: RepriceWishes): Promise<RepricedLedger> {
  const outcome = new RepricingCounts();
  for await (const entries of deps.ceilings) {
    const wanted = entries.filter((entry) => isOf(entry, wishes.model));
    const known: Repricing[] = [];
    const price = await pricer(wanted, deps);
    for (const entry of wanted) {
      const repricing = price(entry);
      if (repricing === undefined) outcome.leave(entry);
      else known.push(repricing);
    }
    for (let start = 0; start < known.length; start += atOnce) {
      const portion = known.slice(start, start + atOnce);
      outcome.count(wishes.dryRun ? portion : await write(portion, price, deps));
    }
  }
  return { principals: outcome.principals, unknown: outcome.unknown };
}

type Price = (entry: LedgerEntry) => Repricing | undefined;

/** Prices by the settings, and by what Bedrock says today of the profiles in these entries. */
async function pricer(entries: readonly LedgerEntry[], deps: RepriceDeps): Promise<Price> {
  const profiles = await resolveProfiles(entries.map(callOf), deps);
  return (entry) => repriced(entry, { ...deps.settings, profiles }, deps.book ?? priceBook);
}

/** Answers what was written: what someone else corrected meanwhile is read again. */
async function write(
  repricings: readonly Repricing[],
  price: Price,
  deps: RepriceDeps,
): Promise<readonly Repricing[]> {
  const { ledger, unitsPerSecond, sleep } = deps;
  const changed = await ledger.reprice(repricings);
  await sleep(((unitsOfWrite * repricings.length) / unitsPerSecond) * 1000);
  const missed = new Set(changed.map(idOf));
  const again = changed.flatMap((entry) => price(entry) ?? []);
  const written = repricings.filter(({ from }) => !missed.has(idOf(from)));
  return again.length === 0 ? written : [...written, ...(await write(again, price, deps))];
}

/** What a run comes to, counted as it goes. */
class RepricingCounts implements RepricedLedger {
  readonly #principals = new Map<string, RepricedPrincipal>();
  readonly #unknown = new Map<string, RepricedLedger['unknown'][number]>();

  get principals(): readonly RepricedPrincipal[] {
    return [...this.#principals.values()].sort((a, b) => (a.principal < b.principal ? -1 : 1));
  }

  get unknown(): RepricedLedger['unknown'] {
    return [...this.#unknown.values()];
  }

  count(repricings: readonly Repricing[]): void {
    for (const { from, to } of repricings) {
      const { principal } = from;
      const before = this.#principals.get(principal) ?? { principal, entries: 0, ceiling: 0n, price: 0n };
      this.#principals.set(principal, {
        principal,
        entries: before.entries + 1,
        ceiling: before.ceiling + from.charge.cost,
        price: before.price + to.charge.cost,
      });
    }
  }

  leave({ charge: { model, reason = 'no reason was noted' } }: LedgerEntry): void {
    const key = `${model} ${reason}`;
    const entries = (this.#unknown.get(key)?.entries ?? 0) + 1;
    this.#unknown.set(key, { model, reason, entries });
  }
}

const idOf = ({ key }: LedgerEntry) => `${key.pk} ${key.sk}`;

const isOf = ({ modelId, behind = '', charge }: LedgerEntry, model: string | undefined) =>
  model === undefined || [modelId, behind, charge.model].some((name) => name.includes(model));
