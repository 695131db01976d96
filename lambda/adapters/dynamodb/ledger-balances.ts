import { createHash } from 'node:crypto';
import { graceSlot, onePerSlot } from '../../domain/control/grace.ts';
import { type Scope, slotsOf } from '../../domain/control/subject.ts';
import type { Span } from '../../domain/evidence/unproven.ts';
import { dayOf } from '../../domain/forecast/foresight.ts';
import type { LedgerEntry } from '../../domain/metering/ledger-entry.ts';
import { addChanges, type BalanceChange, countsAtOnce, noChange } from '../../domain/pricing/repricing.ts';
import { accountSubject } from '../../domain/subject.ts';
import { dayPrefix, heldPrefix, newestCallName, unpricedPrefix, unprovenPrefix } from './balance-items.ts';
import { balanceKey } from './keys.ts';
import { setVersion, storedVersion } from './stored-version.ts';
import type { TransactItem } from './transact.ts';

/** Who pays, and in which windows of whose budgets: what decides which balances an entry counts in. */
export type Stamps = Pick<LedgerEntry, 'principal' | 'role' | 'team' | 'windows'>;

export interface BalanceGain extends Omit<BalanceChange, 'held'> {
  readonly requests: number;
  /** Models without a price; a balance keeps the first name of each slot. */
  readonly unpriced: ReadonlySet<string>;
  /** `held` by slot of the grace. */
  readonly heldBySlot: ReadonlyMap<string, bigint>;
  /** The part whose records were young when they were posted: what pace is measured by. */
  readonly live?: (BalanceChange & { readonly requests: number }) | undefined;
  /** When the newest of these calls was made, ISO 8601 UTC; undefined where no call came to it. */
  readonly newestCall?: string | undefined;
  /** The same money by UTC day of the call, `MMDD`. */
  readonly days: ReadonlyMap<string, BalanceChange>;
  /** The part of it that nobody but a log group has told yet, by span. */
  readonly unproven: ReadonlyMap<Span, BalanceChange>;
}

export const noUnpriced: ReadonlySet<string> = new Set();
export const noneHeld: ReadonlyMap<string, bigint> = new Map();
export const nothingUnproven: BalanceGain['unproven'] = new Map();

export const balanceCount = ({ windows }: Stamps): number => Object.values(windows).flat().length;

/** Entries of equal stamps share their balances, so they can share transactions. */
export function byStamps<T>(all: readonly T[], stampsOf: (one: T) => Stamps): T[][] {
  const groups = Object.groupBy(all, (one) => {
    const { principal, role, team, windows } = stampsOf(one);
    return JSON.stringify([principal, role, team, ...scopes.map((scope) => windows[scope] ?? [])]);
  });
  return Object.values(groups).filter((group) => group !== undefined);
}

/**
 * Adds to every balance that the stamps name; nothing to add is no update. Pace, days, the newest call and what is unproven
 * are further attributes of the same items, so they cost no further writes.
 */
export function balanceUpdates(table: string, stamps: Stamps, gain: BalanceGain): TransactItem[] {
  const { spent, ceiling, requests, unpriced, heldBySlot, live, days, newestCall, unproven } = gain;
  if (spent === 0n && ceiling === 0n && requests === 0 && heldBySlot.size === 0 && unproven.size === 0)
    return [];
  const own = stamps.windows.principal.length;
  const held = own + (stamps.windows.role?.length ?? 0);
  return balanceKeys(stamps).map((Key, index) => {
    // An unknown price counts against its own principal, and nobody else.
    const counted = (change: BalanceChange) => (index < own ? countsAtOnce(change) : change.spent);
    const added: Record<string, bigint | number> = { spent, ceiling, requests };
    if (live !== undefined) {
      added['liveSpent'] = counted(live);
      added['liveRequests'] = live.requests;
    }
    if (!Key.sk.startsWith('BAL#day:'))
      for (const [day, change] of days) added[dayPrefix + day] = counted(change);
    for (const [span, change] of unproven) added[unprovenPrefix + span] = counted(change);
    if (index < own) for (const [slot, held] of heldBySlot) added[heldPrefix + slot] = held;
    const names = Object.keys(added);
    // An older call that is posted later takes its place: every value stands in the stream, where evaluate sees it.
    const newest = index < held && newestCall !== undefined ? { [newestCallName]: newestCall } : {};
    const models = index < own ? onePerSlot([...unpriced]) : [];
    const named = Object.fromEntries(models.map((model) => [unpricedPrefix + graceSlot(model), model]));
    const set = [
      setVersion,
      ...Object.keys(newest).map((name) => `${name} = :${name}`),
      ...Object.keys(named).map((name) => `${name} = if_not_exists(${name}, :${name})`),
    ].join(', ');
    // A span is no name that an expression can spell.
    const add = names.map((_, place) => `#n${place} :n${place}`).join(', ');
    return {
      Update: {
        TableName: table,
        Key,
        UpdateExpression: `ADD ${add} SET ${set}`,
        ExpressionAttributeNames: Object.fromEntries(names.map((name, place) => [`#n${place}`, name])),
        ExpressionAttributeValues: Object.fromEntries([
          ...names.map((name, place) => [`:n${place}`, added[name]] as const),
          ...Object.entries({ ...newest, ...named }).map(([name, value]) => [`:${name}`, value] as const),
          [':v', storedVersion],
        ]),
      },
    };
  });
}

/** Adds to every balance that the stamps name what an untrusted source told: it counts nowhere. */
export const untrustedUpdates = (table: string, stamps: Stamps, cost: bigint): TransactItem[] =>
  balanceKeys(stamps).map((Key) => ({
    Update: {
      TableName: table,
      Key,
      UpdateExpression: `ADD untrusted :cost SET ${setVersion}`,
      ExpressionAttributeValues: { ':cost': cost, ':v': storedVersion },
    },
  }));

export const sumOf = (changes: readonly BalanceChange[]): BalanceChange =>
  changes.reduce(addChanges, noChange);

/** Changes by the UTC day of their calls. */
export function byDay<T>(
  all: readonly T[],
  timestampOf: (one: T) => string,
  changeOf: (one: T) => BalanceChange,
): Map<string, BalanceChange> {
  const days = new Map<string, BalanceChange>();
  for (const one of all) {
    const day = dayOf(new Date(timestampOf(one)));
    days.set(day, addChanges(days.get(day) ?? noChange, changeOf(one)));
  }
  return days;
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
export function slotOf(principal: string, scope: Scope): number {
  const slots = slotsOf(scope);
  if (slots === 1) return 0;
  return createHash('sha256').update(principal).digest().readUInt32BE(0) % slots;
}
