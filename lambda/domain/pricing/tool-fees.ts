import type { Usage } from '../metering/invocation.ts';
import type { Charge } from '../metering/ledger-entry.ts';
import { costOf, type Rate } from '../money.ts';
import { unitPrices } from './unit-prices.ts';

const toolFlags = {
  /** The service ran a tool of its own whose fee is in the cost. */
  charged: 'tool-fee',
  /** The service ran a tool of its own that no list prices; what it may cost is stated. */
  unlisted: 'tool-fee-unlisted',
} as const;

const listed: ReadonlyMap<string, Rate> = new Map(
  unitPrices
    .filter(({ unitClass }) => unitClass === 'toolRequest')
    .flatMap(({ rates }) => Object.entries(rates)),
);
const highest = [...listed.values()].reduce((most, rate) => (rate > most ? rate : most), 0n);

/** Searches are sold by the request wherever they are sold. */
const searches = /search|ground|fetch|brows|retriev/i;

/**
 * Adds the fees of tools that the service ran inside the call. A tool that no list prices is told: a search of an unknown
 * fee is charged the highest one known, as a ceiling; any other has that as its worst case, since most cost nothing.
 */
export function withToolFees({ tools = {} }: Pick<Usage, 'tools'>, charged: Charge): Charge {
  const ran = Object.entries(tools);
  if (ran.length === 0) return charged;
  const line = ([name, quantity]: readonly [string, number]) => ({
    quantity,
    rate: listed.get(name) ?? highest,
  });
  const known = ran.filter(([name]) => listed.has(name));
  const unknown = ran.filter(([name]) => !listed.has(name));
  const searched = unknown.filter(([name]) => searches.test(name));
  const open = costOf(unknown.filter(([name]) => !searches.test(name)).map(line));
  const fee = costOf([...known, ...searched].map(line));
  const worst = (charged.worstCase ?? 0n) + open;
  const flags = [
    ...(known.length > 0 ? [toolFlags.charged] : []),
    ...(unknown.length > 0 ? [toolFlags.unlisted] : []),
  ];
  return {
    ...charged,
    cost: charged.cost + fee,
    ...(charged.floor !== undefined && { floor: charged.floor + fee }),
    flags: [...charged.flags, ...flags],
    ...(worst > 0n && { worstCase: worst }),
    ...qualityOf(charged, fee > 0n, searched.length > 0, open > 0n),
  };
}

function qualityOf(
  { quality, reason }: Charge,
  owed: boolean,
  unknownSearch: boolean,
  open: boolean,
): Pick<Charge, 'quality' | 'reason'> {
  if (unknownSearch && quality !== 'ceiling') {
    return { quality: 'ceiling', reason: 'no list has the fee of a search inside the call' };
  }
  if (quality === 'free' && owed) return { quality: 'priced', reason };
  return { quality: quality === 'priced' && open ? 'assumed' : quality, reason };
}
