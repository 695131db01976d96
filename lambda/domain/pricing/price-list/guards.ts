import type { Rate } from '../../money.ts';
import type { PriceBook } from '../price-book.ts';
import { tierFactor } from '../tier-factors.ts';
import { listedRate } from './book-rate.ts';
import type { ListRate, UnitClass } from './list-rate.ts';
import { isRoundedMultiple } from './rounding.ts';

/** Fewer regions than these have no usual price to be held against. */
const fewestRegions = 3;

/**
 * Rates that cannot be right, with the reason: AWS's own list has had a cache read of ten times itself, transposed
 * batch prices, regions without an output price. A rule that two rates break together rejects both.
 */
export function rejections(rates: readonly ListRate[], book: PriceBook): ReadonlyMap<ListRate, string> {
  const found = new Map<ListRate, string>();
  const reject = (why: string, ...rejected: (ListRate | undefined)[]) => {
    for (const rate of rejected) {
      if (rate !== undefined && !found.has(rate)) {
        found.set(rate, why);
      }
    }
  };
  const groups = grouped(rates, ({ model, region, scope, tier, context }) =>
    [model, region, scope, tier, context].join(' '),
  );
  for (const group of groups.values()) {
    checkGroup(group, book, reject);
  }
  const everywhere = byPlace(rates);
  for (const peers of grouped(rates, outOfRegion).values()) {
    checkRegions(peers, everywhere, reject);
  }
  // What is wrong by itself is no measure for others.
  const sound = rates.filter((rate) => !found.has(rate));
  const at = byPlace(sound);
  for (const rate of sound) {
    checkAgainstSiblings(rate, at, reject);
  }
  return found;
}

type Reject = (why: string, ...rates: (ListRate | undefined)[]) => void;

/** What one call of one kind may be charged for. */
function checkGroup(group: readonly ListRate[], book: PriceBook, reject: Reject): void {
  const of = (unitClass: UnitClass) => group.find((rate) => rate.unitClass === unitClass);
  const [input, output, cacheRead] = [of('input'), of('output'), of('cacheRead')];
  const known = input ?? output;
  const isChat = known !== undefined && book.find(known.model)?.kind === 'chat';
  if (isChat && (input === undefined || output === undefined)) {
    const [has, lacks] = input === undefined ? ['output', 'input'] : ['input', 'output'];
    reject(`the list has a price for ${has} here and none for ${lacks}`, known);
  }
  if (input === undefined) {
    return;
  }
  const price = listedRate(input);
  if (isChat && output !== undefined && listedRate(output) < price) {
    reject('output is cheaper than input', input, output);
  }
  if (cacheRead !== undefined && listedRate(cacheRead) >= price && price > 0n) {
    reject('a cache read is not cheaper than input', cacheRead);
  }
  for (const write of [of('cacheWrite5m'), of('cacheWrite1h'), of('cacheWrite30m')]) {
    if (write !== undefined && listedRate(write) > 2n * price) {
      reject('a cache write costs over twice the input', write);
    }
  }
}

/** The same thing in another tier, scope or context. */
function checkAgainstSiblings(rate: ListRate, at: ReadonlyMap<string, ListRate>, reject: Reject): void {
  const sibling = (change: Partial<ListRate>) => at.get(placeKey({ ...rate, ...change }));
  const standard = rate.tier === 'standard' ? undefined : sibling({ tier: 'standard' });
  const factor = rate.tier === 'standard' ? undefined : tierFactor(rate.model, rate.tier)?.factor;
  if (standard !== undefined && factor !== undefined) {
    if (!isRoundedMultiple(rate.ratePerMillion, listedRate(standard), factor)) {
      reject(`the ${rate.tier} price is not ${factor} times the standard one`, rate);
    }
  } else if (standard !== undefined && (rate.tier === 'batch' || rate.tier === 'flex')) {
    const [listed, full] = [10n * listedRate(rate), listedRate(standard)];
    if (listed < 4n * full || listed > 8n * full) {
      reject(`the ${rate.tier} price is not 0.4 to 0.8 times the standard one`, rate);
    }
  }
  const regional = rate.scope === 'global' ? sibling({ scope: 'regional' }) : undefined;
  if (regional !== undefined) {
    const [global, own] = [listedRate(rate), listedRate(regional)];
    if (own < global || own > 2n * global) {
      reject('the regional price is not between 1 and 2 times the global one', rate, regional);
    }
  }
  const normal = rate.context === 'long' ? sibling({ context: 'normal' }) : undefined;
  if (normal !== undefined && listedRate(rate) < listedRate(normal)) {
    reject('a long context is cheaper than a normal one', rate);
  }
}

/** The same thing in other regions: prices differ, by less than twice, and a cache read keeps its share of the input. */
function checkRegions(peers: readonly ListRate[], at: ReadonlyMap<string, ListRate>, reject: Reject): void {
  if (peers.length < fewestRegions) {
    return;
  }
  const usual = median(peers.map(listedRate));
  for (const rate of peers) {
    const listed = listedRate(rate);
    if (listed > 2n * usual || 2n * listed < usual) {
      reject('it is over twice, or under half, of what other regions pay', rate);
    }
  }
  if (peers[0]?.unitClass !== 'cacheRead') {
    return;
  }
  const share = (rate: ListRate) => {
    const input = at.get(placeKey({ ...rate, unitClass: 'input' }));
    const full = input === undefined ? 0n : listedRate(input);
    return full === 0n ? undefined : (listedRate(rate) * 10_000n) / full;
  };
  const shares = peers.map(share).filter((value) => value !== undefined);
  const usualShare = shares.length < fewestRegions ? undefined : median(shares);
  for (const rate of peers) {
    const own = share(rate);
    if (own !== undefined && usualShare !== undefined && 10n * distance(own, usualShare) > usualShare) {
      reject('a cache read has another share of the input than in other regions', rate);
    }
  }
}

const byPlace = (rates: readonly ListRate[]) => new Map(rates.map((rate) => [placeKey(rate), rate]));

const placeKey = ({ region, ...rate }: ListRate) => `${region} ${outOfRegion(rate)}`;

function outOfRegion(rate: Omit<ListRate, 'region'>): string {
  const { model, scope, tier, context, unitClass, variant = '' } = rate;
  return [model, scope, tier, context, unitClass, variant].join(' ');
}

function grouped(rates: readonly ListRate[], key: (rate: ListRate) => string): Map<string, ListRate[]> {
  const groups = new Map<string, ListRate[]>();
  for (const rate of rates) {
    const name = key(rate);
    const group = groups.get(name);
    if (group === undefined) {
      groups.set(name, [rate]);
    } else {
      group.push(rate);
    }
  }
  return groups;
}

/** The lower one of the two in the middle. */
function median(values: readonly Rate[]): Rate {
  const sorted = [...values].sort((a, b) => (a < b ? -1 : Number(a > b)));
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0n;
}

const distance = (a: bigint, b: bigint) => (a > b ? a - b : b - a);
