import { createHash } from 'node:crypto';
import type { LedgerEntry, LedgerKey } from '../metering/ledger-entry.ts';
import type { Identity } from '../principal.ts';
import type { Micros, UsagePrice } from './quantity.ts';

/** What EventBridge wrote around the detail; the application chose the source alone. */
export interface UsageEnvelope {
  /** EventBridge's own id of this event. */
  readonly id: string;
  readonly source: string;
  /** Account of whoever put it. */
  readonly account: string;
  readonly detail: unknown;
}

/** One thing used that Bedrock does not log, as a listed source reports it. */
export interface UsageEvent {
  readonly account: string;
  readonly source: string;
  readonly id: string;
  readonly payer: Identity;
  readonly meter: string;
  readonly quantity: Micros;
  /** ISO 8601, UTC, with milliseconds. */
  readonly at: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Of everything that the application said: tells a second copy from an id used twice. */
  readonly digest: string;
  readonly price: UsagePrice;
  /** Whose free units come off its price. */
  readonly freeTierOf: FreeTierOf;
  /** Whether it counts towards budgets. */
  readonly trusted: boolean;
}

/** An event with who pays for it, in which windows of which budgets. */
export interface UsagePosting extends Pick<LedgerEntry, 'role' | 'team' | 'windows'> {
  readonly event: UsageEvent;
  /** Calendar month of the free tier. */
  readonly month: string;
  /** The same for every attempt at one delivery, and for no other. */
  readonly delivery: string;
}

const slots = 4;

/** Where events stand in the ledger: key spaces of their own, functions of the event alone. */
export interface UsageEventKeys {
  readonly entry: LedgerKey;
  /** Takes the id for good: the entry's own key holds the time, which a careless second try would change. */
  readonly id: LedgerKey;
}

export function usageEventKeys({ account, source, id, at }: UsageEvent): UsageEventKeys {
  const slot = createHash('sha256').update(id).digest().readUInt32BE(0) % slots;
  const day = at.slice(0, 'yyyy-mm-dd'.length);
  return {
    entry: { pk: `event#${account}#${source}#${day}#${slot}`, sk: `${at}#${id}` },
    id: { pk: `event-id#${account}#${source}#${slot}`, sk: id },
  };
}

export type FreeTierOf = 'payer' | 'account';

/** What was used of a meter with a free tier in one month, by a payer or by the account; no payer's id is `account/…`. */
export const usedKey = (
  { source, meter, payer, account, freeTierOf }: FreeTierUser,
  month: string,
): LedgerKey => ({
  pk: `event-used#${source}#${meter}#${freeTierOf === 'account' ? `account/${account}` : payer.id}`,
  sk: month,
});

/** Whose free tier, of which meter. */
export interface FreeTierUser extends Pick<UsageEvent, 'source' | 'meter' | 'account' | 'freeTierOf'> {
  readonly payer: Pick<Identity, 'id'>;
}
