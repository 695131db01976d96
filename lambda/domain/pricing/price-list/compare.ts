import type { Rate } from '../../money.ts';
import { outlierSource } from '../check-book.ts';
import { findRow } from '../find-row.ts';
import { formatPerMillion } from '../format-rate.ts';
import { type PriceBook, priceBook } from '../price-book.ts';
import { tierFactor } from '../tier-factors.ts';
import { bookRate, listedRate } from './book-rate.ts';
import { decision } from './decisions.ts';
import type { PriceFinding } from './finding.ts';
import { rejections } from './guards.ts';
import type { ListRate } from './list-rate.ts';
import { type Proposal, propose } from './proposal.ts';
import type { Collision, PriceListReading, SkippedProduct } from './read-price-list.ts';
import { isRoundedMultiple } from './rounding.ts';

export interface Comparison {
  /** Day (UTC) of the book's prices. */
  readonly day: string;
  readonly findings: readonly PriceFinding[];
  readonly counts: Readonly<Record<PriceFinding['status'] | 'collided' | 'unread', number>>;
  readonly collisions: readonly Collision[];
  /** Products that may hide a price. */
  readonly unread: readonly SkippedProduct[];
  readonly unknownNames: readonly string[];
  readonly proposal: Proposal;
}

/**
 * Holds a price list against the book as it stands on `day`. Nothing is changed: agreement confirms a price, everything
 * else is proposed. What the list lacks proves nothing, since no offer of AWS is complete.
 */
export function compareWithBook(
  list: PriceListReading,
  day: string,
  book: PriceBook = priceBook,
): Comparison {
  const rejected = rejections(list.rates, book);
  const findings = list.rates.map((rate): PriceFinding => {
    const finding = findingOf(rate, book, day);
    const why = rejected.get(rate);
    // An odd price may be the price: one that the book has as an outlier was checked.
    if (why === undefined || (finding.status === 'agreed' && isOutlier(rate, book, day))) {
      return decided(finding);
    }
    return { status: 'rejected', rate, why };
  });
  const count = (status: PriceFinding['status']) =>
    findings.filter((finding) => finding.status === status).length;
  return {
    day,
    findings,
    counts: {
      agreed: count('agreed'),
      different: count('different'),
      'missing-from-book': count('missing-from-book'),
      decided: count('decided'),
      rejected: count('rejected'),
      collided: list.collisions.length,
      unread: list.open.length,
    },
    collisions: list.collisions,
    unread: list.open,
    unknownNames: list.unknownNames,
    proposal: propose(findings, day),
  };
}

function isOutlier({ model, scope, region }: ListRate, book: PriceBook, day: string): boolean {
  const priced = book.find(model);
  return priced !== undefined && findRow(priced, scope, region, day)?.row.source === outlierSource;
}

/** A decision explains a disagreement; it does not hide what agrees. */
function decided(finding: PriceFinding): PriceFinding {
  const why = finding.status === 'agreed' ? undefined : decision(finding.rate);
  return why === undefined ? finding : { status: 'decided', rate: finding.rate, why };
}

function findingOf(rate: ListRate, book: PriceBook, day: string): PriceFinding {
  const known = bookRate(rate, book, day);
  if (known.kind === 'missing') {
    return { status: 'missing-from-book', rate, what: known.what };
  }
  const factor = rate.tier === 'standard' ? undefined : tierFactor(rate.model, rate.tier)?.factor;
  const agrees =
    factor === undefined
      ? listedRate(rate) === known.rate
      : isRoundedMultiple(rate.ratePerMillion, known.rate, factor);
  if (agrees) {
    return { status: 'agreed', rate };
  }
  const expected = factor === undefined ? known.rate : multiplied(known.rate, factor);
  return {
    status: 'different',
    rate,
    book: formatPerMillion(expected),
    ratio: ratio(listedRate(rate), expected),
  };
}

/** A factor has two decimals at most. */
function multiplied(rate: Rate, factor: string): Rate {
  return (rate * BigInt(Math.round(Number(factor) * 100))) / 100n;
}

function ratio(listed: Rate, book: Rate): string {
  if (book === 0n) {
    return 'from nothing';
  }
  const tenThousandths = ((listed * 20_000n) / book + 1n) / 2n;
  return `${tenThousandths / 10_000n}.${(tenThousandths % 10_000n).toString().padStart(4, '0')}`;
}
