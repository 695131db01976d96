import { earliest } from '../earliest.ts';
import type { NanoUsd } from '../money.ts';
import { parseUsd } from '../money.ts';
import type { WindowKind } from '../windows.ts';
import type { Limit } from './budget.ts';

/** What an operator ordered, why, and until when. */
export interface Order {
  /** Principal id of who asked; where nobody verified it, as claimed. */
  readonly by: string;
  readonly verified: boolean;
  readonly reason: string;
  /** ISO 8601 UTC. */
  readonly since: string;
  /** ISO 8601 UTC; without one the order is in force until it is withdrawn. */
  readonly expiresAt?: string | undefined;
  /** Of the override machine. */
  readonly execution: string;
  /** The second person, where one agreed. */
  readonly approvedBy?: string | undefined;
}

/** An amount in USD, as a decimal string: states are written as JSON. */
export interface AmountOrder extends Order {
  readonly window: WindowKind;
  readonly amountUsd: string;
}

/** Operators' orders about one subject. They stay data: `decide` follows those that are in force. */
export interface Orders {
  /** Suspend a principal, a team's members, or, on the account, everyone. */
  readonly suspend?: Order | undefined;
  /** Automatic causes do not apply to this principal; a manual suspension and a halt do. */
  readonly exempt?: Order | undefined;
  /** After a restore or a resume: automatic causes are held off, and the suspension of the team that stood then. */
  readonly release?: (Order & { readonly lifts?: string | undefined }) | undefined;
  /** Replaces the limit of a window. */
  readonly limits?: Readonly<Partial<Record<WindowKind, AmountOrder>>> | undefined;
  /** Raise the limit of a window, on top of one another. */
  readonly extensions?: readonly AmountOrder[] | undefined;
}

export type OrderKind = 'suspend' | 'exempt' | 'release' | 'limit' | 'extension';

interface Listed {
  readonly kind: OrderKind;
  readonly order: Order | AmountOrder;
}

function listed(orders: Orders): Listed[] {
  const one = (kind: OrderKind, order: Order | undefined): Listed[] =>
    order === undefined ? [] : [{ kind, order }];
  return [
    ...one('suspend', orders.suspend),
    ...one('exempt', orders.exempt),
    ...one('release', orders.release),
    ...Object.values(orders.limits ?? {}).flatMap((order) => one('limit', order)),
    ...(orders.extensions ?? []).flatMap((order) => one('extension', order)),
  ];
}

const stands = (order: Order | undefined, now: Date): boolean =>
  order !== undefined && (order.expiresAt === undefined || Date.parse(order.expiresAt) > now.getTime());

/** The orders that are not over. An order is over at its `expiresAt`, not a moment later. */
export function ordersInForce(orders: Orders, now: Date): Orders {
  const kept = <T extends Order>(order: T | undefined) => (stands(order, now) ? order : undefined);
  const limits = Object.fromEntries(
    Object.entries(orders.limits ?? {}).filter(([, order]) => stands(order, now)),
  );
  const extensions = (orders.extensions ?? []).filter((order) => stands(order, now));
  return compact({
    suspend: kept(orders.suspend),
    exempt: kept(orders.exempt),
    release: kept(orders.release),
    limits: Object.keys(limits).length > 0 ? limits : undefined,
    extensions: extensions.length > 0 ? extensions : undefined,
  });
}

/** Orders whose time is over, in the order in which they end. */
export function expiredOrders(orders: Orders, now: Date): readonly Listed[] {
  return listed(orders)
    .filter(({ order }) => !stands(order, now))
    .sort((a, b) => Date.parse(a.order.expiresAt ?? '') - Date.parse(b.order.expiresAt ?? ''));
}

/** When the next of these orders ends; undefined where none does by itself. */
export function nextExpiry(orders: Orders, now: Date): Date | undefined {
  const ends = listed(orders).flatMap(({ order: { expiresAt } }) =>
    expiresAt === undefined || Date.parse(expiresAt) <= now.getTime() ? [] : [new Date(expiresAt)],
  );
  return earliest(...ends);
}

/**
 * Limits in force: the budget's own, replaced and raised by orders. An order about a window that the budget does not
 * limit changes nothing: there is no balance to hold against it.
 */
export function limitsInForce(limits: readonly Limit[], orders: Orders): Limit[] {
  return limits.map(({ kind, amount }) => {
    const base = orders.limits?.[kind];
    const extra = (orders.extensions ?? [])
      .filter(({ window }) => window === kind)
      .reduce<NanoUsd>((sum, { amountUsd }) => sum + parseUsd(amountUsd), 0n);
    const inForce = (base === undefined ? amount : parseUsd(base.amountUsd)) + extra;
    return { kind, amount: inForce, ...(inForce > amount && { raised: inForce - amount }) };
  });
}

const compact = (orders: Orders): Orders =>
  Object.fromEntries(Object.entries(orders).filter(([, order]) => order !== undefined));

/** Orders with one of them given or taken back. */
export const withOrder = (orders: Orders, change: Orders): Orders => compact({ ...orders, ...change });
