import type { Charge, LedgerEntry } from '../../domain/metering/ledger-entry.ts';
import type { Repricing } from '../../domain/pricing/repricing.ts';
import { systemClock } from '../runtime/system-time.ts';
import { storedVersion, versioned } from './stored-version.ts';
import type { Item, TransactItem } from './transact.ts';

const secondsOfDay = 86_400;

/** A charge lies flat in its item; a new part of it does not compile before it is named here. */
const chargeParts = Object.keys({
  cost: true,
  floor: true,
  quality: true,
  reason: true,
  flags: true,
  model: true,
  book: true,
  multiplier: true,
  guardrail: true,
  worstCase: true,
} satisfies Record<keyof Charge, true>);

/** What a repricing may change of an entry; the rest was stamped when it was posted. */
const correctable = [
  'modelId',
  'windows',
  'evidence',
  'pointer',
  'usage',
  'bodyModel',
  'tier',
  'guardrailUnits',
  'recordFlags',
  'behind',
  'repricedFrom',
] as const;

export const ledgerItem = (entry: LedgerEntry, keptDays: number): Item => {
  const { key, charge, ...rest } = entry;
  // From today for what is posted late: gone at once, it would be counted again with its next delivery.
  const from = Math.max(Date.parse(entry.timestamp), systemClock().getTime());
  const expiresAt = Math.floor(from / 1000) + keptDays * secondsOfDay;
  return { ...key, v: storedVersion, ...rest, ...charge, expiresAt };
};

/** @throws Error where another version wrote the item */
export function ledgerEntryOf(item: Item): LedgerEntry {
  const {
    pk,
    sk,
    v: _v,
    expiresAt: _,
    recordFlags = [],
    repricedFrom,
    ...rest
  } = versioned('ledger item', item);
  const flat = new Map(Object.entries(rest));
  const charge = Object.fromEntries(
    chargeParts.filter((part) => flat.has(part)).map((part) => [part, flat.get(part)]),
  );
  for (const part of chargeParts) flat.delete(part);
  return {
    ...Object.fromEntries(flat),
    recordFlags,
    ...(repricedFrom === undefined ? {} : { repricedFrom: withMoney(repricedFrom as Item) }),
    key: { pk, sk },
    charge: withMoney(charge),
  } as unknown as LedgerEntry;
}

const withMoney = ({ cost, floor, worstCase, guardrail, ...charge }: Item) => ({
  ...charge,
  cost: BigInt(cost as number | bigint),
  ...(floor === undefined ? {} : { floor: BigInt(floor as number | bigint) }),
  ...(worstCase === undefined ? {} : { worstCase: BigInt(worstCase as number | bigint) }),
  ...(guardrail === undefined ? {} : { guardrail: BigInt(guardrail as number | bigint) }),
});

/** What does not count yet hangs on the floor as money does on the cost: both have to be what was read. */
export const unchangedFloor = (name: string, floor: bigint | undefined): string =>
  floor === undefined ? `attribute_not_exists(${name})` : `${name} = :readFloor`;

export const floorRead = (floor: bigint | undefined): Item =>
  floor === undefined ? {} : { ':readFloor': floor };

/** Corrects the item if it still is what was read: whoever corrected it meanwhile has moved the money, too. */
export function repriceItem(table: string, { from, to }: Repricing): TransactItem {
  const parts: Item = { ...to.charge, ...Object.fromEntries(correctable.map((part) => [part, to[part]])) };
  const asRead =
    from.evidence === undefined ? 'attribute_not_exists(#evidence)' : '#evidence = :readEvidence';
  const names = [...chargeParts, ...correctable];
  const kept = names.filter((name) => parts[name] !== undefined);
  const dropped = names.filter((name) => parts[name] === undefined);
  const set = kept.map((name) => `#${name} = :${name}`).join(', ');
  const remove = dropped.length === 0 ? '' : ` REMOVE ${dropped.map((name) => `#${name}`).join(', ')}`;
  return {
    Update: {
      TableName: table,
      Key: from.key,
      UpdateExpression: `SET ${set}${remove}`,
      // Windows too: an item that counts in more balances than was read moves its money in those as well.
      ConditionExpression: [
        '#cost = :readCost AND #quality = :readQuality AND #windows = :readWindows',
        unchangedFloor('#floor', from.charge.floor),
        asRead,
      ].join(' AND '),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: {
        ...Object.fromEntries(kept.map((name) => [`:${name}`, parts[name]])),
        ':readCost': from.charge.cost,
        ':readQuality': from.charge.quality,
        ':readWindows': from.windows,
        ...floorRead(from.charge.floor),
        ...(from.evidence !== undefined && { ':readEvidence': from.evidence }),
      },
    },
  };
}
