import fc from 'fast-check';
import { countedSpend } from '../../../lambda/domain/control/crossings.ts';
import {
  type Grace,
  graceEnds,
  graceSlot,
  type Held,
  heldBack,
} from '../../../lambda/domain/control/grace.ts';

const now = new Date('2026-11-22T12:00:00Z');
const hour = 3_600_000;
const hoursAgo = (hours: number) => new Date(now.getTime() - hours * hour).toISOString();
const grace = (told: Grace['told'], hours = 4): Grace => ({ told, hours, now });
const slot = graceSlot('nobody.new-v1:0');
const other = graceSlot('nobody.newer-v1:0');
const balance = (spent: bigint, ceiling: bigint, held: Held) => ({ spent, ceiling, held, requests: 1 });

describe('what is held of a ceiling', () => {
  const called = balance(1n, 10n, { [slot]: 7n });

  it.each([
    ['nobody was told', {}, 4n],
    ['an admin was told a while ago', { [slot]: hoursAgo(3.99) }, 4n],
    ['an admin was told long ago', { [slot]: hoursAgo(4) }, 11n],
    ['an admin was told of another model', { [other]: hoursAgo(9) }, 4n],
  ])('where %s', (_, told, counted) => {
    expect(slot).not.toBe(other);
    expect(countedSpend(called, 'principal', 100n, grace(told))).toBe(counted);
  });

  it('counts at once beyond three times the limit, and not at it', () => {
    expect(countedSpend(balance(0n, 30n, { [slot]: 30n }), 'principal', 10n, grace({}))).toBe(0n);
    expect(countedSpend(balance(0n, 31n, { [slot]: 31n }), 'principal', 10n, grace({}))).toBe(31n);
    expect(countedSpend(balance(1n, 30n, { [slot]: 30n }), 'principal', 10n, grace({}))).toBe(31n);
  });

  it('counts in full where no time is given, once it was told', () => {
    expect(countedSpend(called, 'principal', 100n, grace({ [slot]: now.toISOString() }, 0))).toBe(11n);
  });

  it('never counts for a team, a role or the account, and neither does a ceiling', () => {
    for (const scope of ['team', 'role', 'account'] as const) {
      expect(countedSpend(called, scope, 1n, grace({ [slot]: hoursAgo(9) }))).toBe(1n);
    }
  });

  it('asks for another look when the first of it begins to count', () => {
    const told = { [slot]: hoursAgo(1), [other]: hoursAgo(2) };

    expect(graceEnds([{ [slot]: 1n }, { [other]: 1n }], grace(told))).toEqual(
      new Date(now.getTime() + 2 * hour),
    );
    expect(graceEnds([{ [slot]: 0n }], grace(told))).toBeUndefined();
    expect(graceEnds([{ [slot]: 1n }], grace({ [slot]: hoursAgo(5) }))).toBeUndefined();
    expect(graceEnds([{ [slot]: 1n }], grace({}))).toBeUndefined();
  });
});

describe('for any balance, what counts', () => {
  const amount = fc.bigInt({ min: 0n, max: 10n ** 12n });
  const slots = fc.constantFrom('00', '01', '2a', '3f');
  const situations = fc.record({
    spent: amount,
    bounded: amount,
    held: fc.dictionary(slots, amount),
    told: fc.dictionary(
      slots,
      fc.integer({ min: 0, max: 10 }).map((hours) => hoursAgo(hours)),
    ),
    limit: amount,
    later: fc.integer({ min: 0, max: 20 }),
  });
  const sum = (held: Held) => Object.values(held).reduce((total, each) => total + each, 0n);

  it('lies between what is certain and what is at most owed, and never falls as time goes on', () => {
    fc.assert(
      fc.property(situations, ({ spent, bounded, held, told, limit, later }) => {
        const called = balance(spent, bounded + sum(held), held);
        const at = (hours: number) =>
          countedSpend(called, 'principal', limit, {
            ...grace(told),
            now: new Date(now.getTime() + hours * hour),
          });

        expect(at(0)).toBeGreaterThanOrEqual(spent + bounded);
        expect(at(0)).toBeLessThanOrEqual(spent + bounded + sum(held));
        expect(at(later)).toBeGreaterThanOrEqual(at(0));
      }),
    );
  });

  it('is all of it at last, if admins were told of all; and is due to be looked at until then', () => {
    fc.assert(
      fc.property(situations, ({ spent, bounded, held, told, limit }) => {
        const all = { ...Object.fromEntries(Object.keys(held).map((each) => [each, hoursAgo(0)])), ...told };
        const total = spent + bounded + sum(held);
        const end = graceEnds([held], grace(all));
        const waits = heldBack(held, total, undefined, grace(all));

        expect(waits > 0n).toBe(end !== undefined);
        const after = { ...grace(all), now: new Date(now.getTime() + 4 * hour) };
        expect(countedSpend(balance(spent, bounded + sum(held), held), 'principal', limit, after)).toBe(
          total,
        );
      }),
    );
  });
});

it('has a bounded number of slots, whatever models are called', () => {
  fc.assert(fc.property(fc.string(), (label) => expect(graceSlot(label)).toMatch(/^[0-3][0-9a-f]$/)));
  const names = Array.from({ length: 5_000 }, (_, index) =>
    graceSlot(`application-inference-profile/${index}`),
  );

  expect(new Set(names).size).toBe(64);
});
