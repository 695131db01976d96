import { assertNever } from '../../assert-never.ts';
import type { Settings } from '../../settings.ts';
import type { Missing } from './book-rate.ts';
import type { PriceFinding } from './finding.ts';
import type { ListRate } from './list-rate.ts';

/** One price as a person would write it into the book; amounts are USD for a million units. */
export interface ProposedPrice {
  readonly model: string;
  readonly region: string;
  readonly scope: string;
  readonly tier: string;
  readonly context: string;
  readonly unitClass: string;
  readonly variant?: string;
  /** What the book says; absent for what it lacks. */
  readonly from?: string;
  readonly to: string;
  /** First day of AWS's term: the price may be older, so a person decides from when it holds. */
  readonly termFrom?: string;
  readonly sku: string;
}

/** What a price list would change. It is data: nothing here is in force. */
export interface Proposal {
  readonly day: string;
  /** Prices that the list confirms on that day: model, scope and tier, with how many rates. */
  readonly confirm: readonly {
    readonly model: string;
    readonly scope: string;
    readonly tier: string;
    readonly rates: number;
  }[];
  readonly change: readonly ProposedPrice[];
  readonly add: readonly (ProposedPrice & { readonly lacks: Missing })[];
}

/**
 * What happens by itself once a list was compared.
 * - `report` (default): every proposal waits for a person.
 * - `confirm`: the day on which a price was last confirmed is noted; still no amount ever changes by itself.
 *
 * There is no setting that applies a changed price: AWS's lists have had slips of ten times, and a budget that such a
 * slip exhausts suspends people.
 */
export type PriceUpkeepMode = Settings['priceUpkeep'];

export interface AppliedProposal {
  readonly applied: Pick<Proposal, 'confirm'>;
  readonly waiting: Proposal;
}

/** Splits a proposal into what the setting lets happen and what waits. */
export function applyPolicy(proposal: Proposal, setting: PriceUpkeepMode): AppliedProposal {
  switch (setting) {
    case 'report':
      return { applied: { confirm: [] }, waiting: proposal };
    case 'confirm':
      return { applied: { confirm: proposal.confirm }, waiting: { ...proposal, confirm: [] } };
    default:
      return assertNever(setting);
  }
}

/** Turns findings into what a person would have to write. Rejected rates propose nothing. */
export function propose(findings: readonly PriceFinding[], day: string): Proposal {
  const confirmed = new Map<string, { model: string; scope: string; tier: string; rates: number }>();
  const change: ProposedPrice[] = [];
  const add: (ProposedPrice & { lacks: Missing })[] = [];
  for (const finding of findings) {
    const { rate } = finding;
    switch (finding.status) {
      case 'agreed': {
        const { model, scope, tier } = rate;
        const key = [model, scope, tier].join(' ');
        confirmed.set(key, { model, scope, tier, rates: (confirmed.get(key)?.rates ?? 0) + 1 });
        break;
      }
      case 'different':
        change.push(proposed(rate, finding.book));
        break;
      case 'missing-from-book':
        add.push({ ...proposed(rate, undefined), lacks: finding.what });
        break;
      case 'decided':
      case 'rejected':
        break;
      default:
        return assertNever(finding);
    }
  }
  return { day, confirm: [...confirmed.values()], change, add };
}

function proposed(rate: ListRate, from: string | undefined): ProposedPrice {
  const { model, region, scope, tier, context, unitClass, variant, ratePerMillion, effectiveDate, sku } =
    rate;
  return {
    model,
    region,
    scope,
    tier,
    context,
    unitClass,
    ...(variant === undefined ? {} : { variant }),
    ...(from === undefined ? {} : { from }),
    to: ratePerMillion,
    ...(effectiveDate === undefined ? {} : { termFrom: effectiveDate }),
    sku,
  };
}
