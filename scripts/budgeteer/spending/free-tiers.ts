import { usedOfFreeTiers } from '../../../lambda/adapters/dynamodb/usage-ledger.ts';
import { formatMicros, microsOf } from '../../../lambda/domain/usage-events/quantity.ts';
import { type FreeTierUser, usedKey } from '../../../lambda/domain/usage-events/usage-event.ts';
import { windowIdAt } from '../../../lambda/domain/windows.ts';
import { textTable } from '../../command-line/text-table.ts';
import type { Deployment } from '../deployment/deployment.ts';

/** What is left of the free units of one meter in the month that runs. Units as decimals, exact. */
export interface FreeTierLeft {
  readonly source: string;
  readonly meter: string;
  /** The payer's id, or `account/ID`. */
  readonly of: string;
  readonly month: string;
  readonly free: string;
  readonly used: string;
  readonly left: string;
}

/** Who used a meter of a source, as usage events in the ledger name them. */
export interface MeterUser {
  readonly source: string;
  readonly meter: string;
  readonly account: string;
  readonly principal: string;
}

/**
 * The free tiers of this month of whoever is among the users, by source, meter and name: the counters that posting itself
 * reads, so that what is said to be free is free.
 */
export async function freeTiersLeft(
  users: Iterable<MeterUser>,
  { client, tables, settings, clock, sleep }: Deployment,
): Promise<readonly FreeTierLeft[]> {
  const month = windowIdAt('month', clock(), settings.timeZone);
  const tiers = new Map<string, { readonly user: FreeTierUser; readonly free: bigint }>();
  for (const { source, meter, account, principal } of users) {
    const listed = settings.usageSources[source];
    const free = microsOf(listed?.meters[meter]?.freePerMonth ?? 0) ?? 0n;
    if (listed === undefined || free === 0n) continue;
    const { freeTierOf } = listed;
    const user = { source, meter, account, freeTierOf, payer: { id: principal } };
    tiers.set(usedKey(user, month).pk, { user, free });
  }
  const keys = [...tiers.values()].map(({ user }) => usedKey(user, month));
  const used = await usedOfFreeTiers(client, tables.ledger, keys, sleep);
  return [...tiers]
    .map(([pk, { user, free }]) => {
      const { source, meter, account, freeTierOf, payer } = user;
      const spent = used.get(pk) ?? 0n;
      return {
        ...{ source, meter, month },
        of: freeTierOf === 'account' ? `account/${account}` : payer.id,
        free: formatMicros(free),
        used: formatMicros(spent),
        left: formatMicros(spent > free ? 0n : free - spent),
      };
    })
    .sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

const nameOf = ({ source, meter, of }: FreeTierLeft): string => [source, meter, of].join(' ');

/** Empty where nobody uses a meter with a free tier. */
export function freeTiersText(tiers: readonly FreeTierLeft[]): string {
  const [first] = tiers;
  if (first === undefined) return '';
  const rows = tiers.map(({ source, meter, of, free, used, left }) => [
    ...[`${source}/${meter}`, of, free, used, left],
  ]);
  return `\nFree units of ${first.month}:\n${textTable(['meter', 'whose', 'free', 'used', 'left'], rows)}`;
}
