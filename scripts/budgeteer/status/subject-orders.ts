import {
  type AmountOrder,
  type Order,
  type Orders,
  ordersInForce,
} from '../../../lambda/domain/control/orders.ts';
import { formatUsdShort, parseUsd } from '../../../lambda/domain/money.ts';

/** An operator's order in force. */
export interface SubjectOrder {
  readonly what: string;
  readonly by: string;
  readonly verified: boolean;
  readonly approvedBy: string | undefined;
  readonly reason: string;
  readonly since: string;
  /** Undefined where only a person ends it. */
  readonly until: string | undefined;
}

/** The orders in force about a subject, in the order in which they were given. */
export function subjectOrders(orders: Orders | undefined, now: Date): SubjectOrder[] {
  const { suspend, exempt, release, limits = {}, extensions = [] } = ordersInForce(orders ?? {}, now);
  const one = (what: string, order: Order | undefined) => (order === undefined ? [] : [entry(what, order)]);
  return [
    ...one('suspension', suspend),
    ...one('exemption', exempt),
    ...one('release', release),
    ...Object.values(limits).map((order) => entry(`limit of ${amountOf(order)}`, order)),
    ...extensions.map((order) => entry(`extension of ${amountOf(order)}`, order)),
  ].sort((a, b) => (a.since < b.since ? -1 : 1));
}

const entry = (
  what: string,
  { by, verified, approvedBy, reason, since, expiresAt }: Order,
): SubjectOrder => ({
  ...{ what, by, verified, approvedBy, reason, since },
  until: expiresAt,
});

const amountOf = ({ amountUsd, window }: AmountOrder) => `${formatUsdShort(parseUsd(amountUsd))} a ${window}`;

/** In one sentence: what, by whom, until when, why. */
export function orderSentence({ what, by, verified, approvedBy, reason, until }: SubjectOrder): string {
  const who = verified ? by : `${by} (as claimed)`;
  const agreed = approvedBy === undefined ? '' : `, approved by ${approvedBy},`;
  const end =
    until === undefined ? 'until someone ends it' : `until ${until.slice(0, 16).replace('T', ' ')} UTC`;
  return `An operator's order: ${what} by ${who}${agreed} ${end}: ${reason}`;
}
