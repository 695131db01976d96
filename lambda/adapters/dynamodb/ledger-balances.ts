import { createHash } from 'node:crypto';
import { accountSubject, type Scope, slotsOf } from '../../domain/control/subject.ts';
import type { LedgerEntry } from '../../domain/metering/ledger-entry.ts';
import type { BalanceChange } from '../../domain/pricing/repricing.ts';
import { balanceKey } from './keys.ts';
import type { TransactItem } from './transact.ts';

/** Who pays, and in which windows of whose budgets: what decides which balances an entry counts in. */
export type Stamps = Pick<LedgerEntry, 'principal' | 'role' | 'team' | 'windows'>;

export interface BalanceGain extends BalanceChange {
  readonly requests: number;
  /** Models without a price, as far as they are new to these balances or not: a set. */
  readonly unpriced: ReadonlySet<string>;
}

export const noUnpriced: ReadonlySet<string> = new Set();

export const balanceCount = ({ windows }: Stamps): number => Object.values(windows).flat().length;

/** Entries of equal stamps share their balances, so they can share transactions. */
export function byStamps<T>(all: readonly T[], stampsOf: (one: T) => Stamps): T[][] {
  const groups = Object.groupBy(all, (one) => {
    const { principal, role, team, windows } = stampsOf(one);
    return JSON.stringify([principal, role, team, ...scopes.map((scope) => windows[scope] ?? [])]);
  });
  return Object.values(groups).filter((group) => group !== undefined);
}

/** Adds to every balance that the stamps name; nothing to add is no update. */
export function balanceUpdates(
  table: string,
  stamps: Stamps,
  { spent, ceiling, requests, unpriced }: BalanceGain,
): TransactItem[] {
  if (spent === 0n && ceiling === 0n && requests === 0) return [];
  const update = (Key: ReturnType<typeof balanceKey>, models: ReadonlySet<string>): TransactItem => ({
    Update: {
      TableName: table,
      Key,
      UpdateExpression: `ADD spent :spent, ceiling :ceiling, requests :requests${models.size > 0 ? ', unpriced :unpriced' : ''}`,
      ExpressionAttributeValues: {
        ':spent': spent,
        ':ceiling': ceiling,
        ':requests': requests,
        ...(models.size > 0 ? { ':unpriced': models } : {}),
      },
    },
  });
  const own = stamps.windows.principal.length;
  return balanceKeys(stamps).map((key, index) => update(key, index < own ? unpriced : noUnpriced));
}

/** Every balance that the stamps name, the payer's own first. */
export const balanceKeys = ({ principal, role, team, windows }: Stamps): ReturnType<typeof balanceKey>[] => {
  const subjects = { principal, role, team, account: accountSubject };
  return scopes.flatMap((scope) => {
    const subject = subjects[scope];
    if (subject === undefined) return [];
    return (windows[scope] ?? []).map((window) => balanceKey(subject, window, slotOf(principal, scope)));
  });
};

const scopes: readonly Scope[] = ['principal', 'role', 'team', 'account'];

/** A payer always posts to the same slot of a shared balance. */
function slotOf(principal: string, scope: Scope): number {
  const slots = slotsOf(scope);
  if (slots === 1) return 0;
  return createHash('sha256').update(principal).digest().readUInt32BE(0) % slots;
}
