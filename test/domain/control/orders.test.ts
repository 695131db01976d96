import fc from 'fast-check';
import {
  type AmountOrder,
  expiredOrders,
  limitsInForce,
  nextExpiry,
  type Order,
  type Orders,
  ordersInForce,
  withOrder,
} from '../../../lambda/domain/control/orders.ts';
import { parseUsd } from '../../../lambda/domain/money.ts';

const now = new Date('2026-11-22T12:00:00Z');
const at = (minutes: number) => new Date(now.getTime() + minutes * 60_000).toISOString();

const order = (expiresAt?: string): Order => ({
  by: 'user/ops',
  verified: true,
  reason: 'month-end close',
  since: at(-60),
  expiresAt,
  execution: 'override-1',
});
const amount = (
  amountUsd: string,
  expiresAt?: string,
  window: AmountOrder['window'] = 'month',
): AmountOrder => ({
  ...order(expiresAt),
  window,
  amountUsd,
});

describe("operators' orders", () => {
  it('are over at their expiry, not a moment later', () => {
    const orders: Orders = { exempt: order(at(0)), suspend: order(at(1)), release: order() };

    expect(Object.keys(ordersInForce(orders, now)).sort()).toEqual(['release', 'suspend']);
    expect(expiredOrders(orders, now).map(({ kind }) => kind)).toEqual(['exempt']);
    expect(nextExpiry(orders, now)?.toISOString()).toBe(at(1));
  });

  it('raise a limit one on top of the other, and replace it below the raises', () => {
    const limits = [
      { kind: 'month', amount: parseUsd('50') },
      { kind: 'day', amount: parseUsd('5') },
    ] as const;
    const orders: Orders = {
      limits: { month: amount('60') },
      extensions: [amount('10'), amount('2.50'), amount('1', undefined, 'week')],
    };

    expect(limitsInForce(limits, orders)).toEqual([
      { kind: 'month', amount: parseUsd('72.50'), raised: parseUsd('22.50') },
      { kind: 'day', amount: parseUsd('5') },
    ]);
  });

  it('are taken back without a trace', () => {
    expect(withOrder({ exempt: order() }, { exempt: undefined })).toEqual({});
  });

  it('are in force or expired, never both and never neither, and end when the next expiry says', () => {
    const arbitrary = fc.option(fc.integer({ min: -10, max: 10 }), { nil: undefined });
    fc.assert(
      fc.property(
        fc.record({ suspend: arbitrary, exempt: arbitrary, release: arbitrary }),
        fc.array(arbitrary, { maxLength: 4 }),
        (single, extensions) => {
          const ends = (minutes: number | undefined) => (minutes === undefined ? undefined : at(minutes));
          const orders: Orders = {
            suspend: order(ends(single.suspend)),
            exempt: order(ends(single.exempt)),
            release: order(ends(single.release)),
            extensions: extensions.map((minutes) => amount('1', ends(minutes))),
          };
          const kept = ordersInForce(orders, now);
          const count = [kept.suspend, kept.exempt, kept.release].filter((one) => one !== undefined).length;
          expect(count + (kept.extensions?.length ?? 0) + expiredOrders(orders, now).length).toBe(
            3 + extensions.length,
          );
          const next = nextExpiry(orders, now);
          if (next !== undefined) {
            expect(expiredOrders(kept, new Date(next.getTime() - 1))).toEqual([]);
            expect(expiredOrders(kept, next).length).toBeGreaterThan(0);
          }
        },
      ),
    );
  });
});
