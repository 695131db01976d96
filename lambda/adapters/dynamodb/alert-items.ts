import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Alert } from '../../domain/control/alert.ts';
import { wrapNumbers } from './client.ts';
import { storedVersion, versioned } from './stored-version.ts';
import type { Item } from './transact.ts';

/** Partition that counts how many messages a topic's minutes have had. No subject is named so. */
export const minutePartition = (topic: string) => `minute#${topic}`;
const otherPartitions = /^(?:digest|minute)#/;

/** What is noted beside an alert once it is written; marks of channels have a `#` in their names. */
const noted = new Set([
  'pk',
  'sk',
  'v',
  'sentAt',
  'foldedInto',
  'acknowledgedAt',
  'acknowledgedBy',
  'acknowledgeReason',
]);

export const alertSortKey = ({ window, id }: Pick<Alert, 'window' | 'id'>) => `${window}#${id}`;

export const alertItem = (alert: Alert): Item => ({
  ...alert,
  pk: alert.subject,
  sk: alertSortKey(alert),
  v: storedVersion,
});

/** Whether an item of the table is an alert. */
export const isAlert = (item: Item): boolean => !otherPartitions.test(String(item['pk']));

/** @throws Error where another version wrote the item */
export function alertOf(item: Item): Alert {
  const alert = Object.fromEntries(
    Object.entries(versioned('alert', item)).filter(([name]) => !noted.has(name) && !name.includes('#')),
  );
  const amount = (name: string) => BigInt((alert[name] as number | bigint | undefined) ?? 0);
  return { ...(alert as unknown as Alert), spent: amount('spent'), limit: amount('limit') };
}

/** The alert that a stream record's new image carries. */
export function alertOfImage(image: unknown): Alert {
  return alertOf(unmarshall(image as Record<string, AttributeValue>, { wrapNumbers }));
}
