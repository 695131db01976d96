import { assertNever } from '../assert-never.ts';
import { formatUsd, type NanoUsd, parseUsd } from '../money.ts';
import type { Limit } from './budget.ts';
import { type AmountOrder, limitsInForce, type Order, type Orders, withOrder } from './orders.ts';
import type { OverrideRequest } from './override-request.ts';
import type { Pause, SubjectState } from './state.ts';

/** Who asked and through which execution: what every order carries. */
export interface Ordering {
  readonly by: string;
  readonly verified: boolean;
  readonly execution: string;
  /** The second person, where one agreed. */
  readonly approvedBy?: string | undefined;
  readonly now: Date;
  /** Of the account: the end of the window that is used up, until which a resume without an expiry holds the halt off. */
  readonly releasedUntil: Date | undefined;
  /** Of a principal: the execution that its team's members are suspended by, where an operator ordered that. */
  readonly teamOrder?: string | undefined;
}

/** Step Functions gives up on an execution long before so many others have been taken. */
const mostOrdered = 20;

/** What an order changes in a subject's state. It touches no hold: `decide` follows the orders. */
export function applyOverride(
  state: SubjectState,
  request: OverrideRequest,
  ordering: Ordering,
): Pick<SubjectState, 'orders' | 'paused' | 'ordered'> {
  const { orders = {}, paused } = state;
  const order = orderOf(request, ordering);
  const ordered = [...(state.ordered ?? []), ordering.execution].slice(-mostOrdered);
  const given = (change: Orders) => ({ orders: withOrder(orders, change), paused, ordered });
  switch (request.action) {
    case 'extend':
      return given({
        extensions: [...(orders.extensions ?? []), amountOrder(request, order)],
      });
    case 'set-limit':
      return given({ limits: { ...orders.limits, [request.window]: amountOrder(request, order) } });
    case 'exempt':
      return given({ exempt: order });
    case 'suspend':
    case 'halt':
      // The newest word counts: a release would hold off nothing that a person ordered.
      return given({ suspend: order, release: undefined });
    case 'restore':
      return given({ suspend: undefined, release: { ...order, lifts: ordering.teamOrder } });
    case 'resume': {
      const expiresAt = order.expiresAt ?? ordering.releasedUntil?.toISOString();
      // Where no budget is used up, nothing has to be held off.
      return given({
        suspend: undefined,
        release: expiresAt === undefined ? undefined : { ...order, expiresAt },
      });
    }
    case 'pause':
      return { orders, paused: paused ?? pauseOf(order), ordered };
    case 'unpause':
      return { orders, paused: undefined, ordered };
    default:
      return assertNever(request.action);
  }
}

/**
 * What an order would add to a limit, in nano-USD, together with all that orders in force have added to it and nobody
 * approved: several small raises are one large one. Undefined where it lifts limits altogether.
 * @param limits the budget's own
 * @param orders those in force
 */
export function raiseOf(
  request: OverrideRequest,
  limits: readonly Limit[],
  orders: Orders,
): NanoUsd | undefined {
  const { action, window, amountUsd = '0' } = request;
  if (action !== 'extend' && action !== 'set-limit') return undefined;
  const limitUnder = (given: Orders) =>
    limitsInForce(limits, given).find(({ kind }) => kind === window)?.amount ?? 0n;
  const agreed = limitUnder(approvedOnly(orders));
  const after =
    action === 'extend'
      ? limitUnder(orders) + parseUsd(amountUsd)
      : limitUnder(withOrder(orders, { limits: { ...orders.limits, [window]: bare(window, amountUsd) } }));
  const newly = after - limitUnder(orders);
  // What lowers a limit gives nothing away, whatever was given before.
  if (newly <= 0n) return 0n;
  return after > agreed ? after - agreed : 0n;
}

function approvedOnly(orders: Orders): Orders {
  const approved = Object.entries(orders.limits ?? {}).filter(([, order]) => order.approvedBy !== undefined);
  return {
    limits: Object.fromEntries(approved),
    extensions: orders.extensions?.filter((order) => order.approvedBy !== undefined),
  };
}

/** Only for what it makes of a limit. */
const bare = (window: AmountOrder['window'], amountUsd: string): AmountOrder => ({
  ...{ window, amountUsd, by: '', verified: false, reason: '', since: '', execution: '' },
});

/** The order in one line, for the audit trail and for messages. */
export function describeOverride({ action, subject, window, amountUsd, expiresAt }: OverrideRequest): string {
  const amount = amountUsd === undefined ? '' : ` ${formatUsd(parseUsd(amountUsd))} USD a ${window}`;
  return `${action} ${subject}${amount}${expiresAt === undefined ? '' : ` until ${expiresAt}`}`;
}

function orderOf({ reason, expiresAt }: OverrideRequest, ordering: Ordering): Order {
  const { by, verified, execution, approvedBy, now } = ordering;
  const ends = expiresAt === undefined ? undefined : new Date(expiresAt).toISOString();
  return { by, verified, reason, since: now.toISOString(), expiresAt: ends, execution, approvedBy };
}

const amountOrder = ({ window, amountUsd = '0' }: OverrideRequest, order: Order): AmountOrder => ({
  ...order,
  window,
  amountUsd,
});

const pauseOf = ({ since, by, reason }: Order): Pause => ({ since, by, reason });
