import { burnRate, type Pace } from '../../domain/pace/pace.ts';
import type { KeptPace } from '../../use-cases/ports/subjects.ts';
import { principalShard, sortKeys, spendRank } from './keys.ts';
import { storedVersion, versioned } from './stored-version.ts';
import type { Item } from './transact.ts';

/** Nothing burnt yet: last in the list of principals. */
export const principalListItem = (subject: string, perMinute = 0n): Item => ({
  pk: subject,
  sk: sortKeys.pace,
  v: storedVersion,
  dueShard: principalShard,
  dueAt: spendRank(perMinute),
});

/**
 * The pace stands on the item that ranks its subject in the list of principals. As text, because rates are fractions and numbers of
 * this table are whole.
 */
export function pacePut(table: string, subject: string, { pace, before }: KeptPace) {
  const { spend } = burnRate(pace, new Date(pace.at));
  return {
    TableName: table,
    Item: { ...principalListItem(subject, spend), pace: JSON.stringify(pace), paceAt: pace.at },
    ...(before === undefined
      ? { ConditionExpression: 'attribute_not_exists(paceAt)' }
      : { ConditionExpression: 'paceAt = :before', ExpressionAttributeValues: { ':before': before.at } }),
  };
}

/** Undefined for a principal that was provisioned and not evaluated yet. */
export function paceOf(item: Item | undefined): Pace | undefined {
  const text = versioned('pace', item)?.['pace'];
  return typeof text === 'string' ? (JSON.parse(text) as Pace) : undefined;
}
