import fc from 'fast-check';
import { settingsSchema } from '../../../lambda/contracts/settings.ts';
import {
  type CarveOut,
  configuredShortfalls,
  shortfalls,
  shortfallText,
  worsened,
} from '../../../lambda/domain/control/pool.ts';
import { formatUsd, parseUsd } from '../../../lambda/domain/money.ts';

const amount = fc.bigInt(0n, 10n ** 15n);
const spec = fc.record({ monthUsd: amount.map(formatUsd), dayUsd: fc.option(amount.map(formatUsd)) });
const carveOuts = fc.array(spec, { maxLength: 8 }).map((specs) =>
  specs.map(
    ({ monthUsd, dayUsd }, index): CarveOut => ({
      member: `user/${index}`,
      spec: { monthUsd, ...(dayUsd !== null && { dayUsd }) },
    }),
  ),
);
const monthOf = (members: readonly CarveOut[]) =>
  members.reduce((sum, { spec: { monthUsd = '0' } }) => sum + parseUsd(monthUsd), 0n);

describe('a pool', () => {
  it('is short exactly when its members have more of their own than it holds', () => {
    fc.assert(
      fc.property(amount, carveOuts, (pool, members) => {
        const short = shortfalls({ monthUsd: formatUsd(pool) }, members);
        expect(short.map(({ kind }) => kind)).toEqual(monthOf(members) > pool ? ['month'] : []);
        for (const { reserved, parts } of short) {
          expect(reserved).toBe(monthOf(members));
          expect(parts.reduce((sum, part) => sum + part.amount, 0n)).toBe(reserved);
        }
      }),
    );
  });

  it('that covers its members covers every part of them, in any order', () => {
    fc.assert(
      fc.property(carveOuts, fc.infiniteStream(fc.boolean()), (members, keep) => {
        const pool = { monthUsd: formatUsd(monthOf(members)) };
        const some = members.filter(() => keep.next().value).reverse();
        expect(shortfalls(pool, some)).toEqual([]);
      }),
    );
  });

  it('compares days with days only, and reserves nothing in a kind that it does not limit', () => {
    const members = [{ member: 'user/ann', spec: { dayUsd: '30.00', monthUsd: '60.00' } }];
    expect(shortfalls({ monthUsd: '60' }, members)).toEqual([]);
    expect(shortfalls({ weekUsd: '1', dayUsd: '29' }, members)).toMatchObject([{ kind: 'day' }]);
  });

  it('counts what a session has within what its role has', () => {
    const session = { member: 'role/App/ann', spec: { monthUsd: '40' } };
    const role = { member: 'role/App', spec: { monthUsd: '50' } };
    expect(shortfalls({ monthUsd: '50' }, [session, role])).toEqual([]);
    expect(shortfalls({ monthUsd: '39' }, [session])).toHaveLength(1);
    const onlyDays = { member: 'role/App', spec: { dayUsd: '50' } };
    expect(shortfalls({ monthUsd: '39' }, [session, onlyDays])).toHaveLength(1);
  });

  it('that is short may become less so, but never more', () => {
    fc.assert(
      fc.property(amount, carveOuts, carveOuts, (pool, before, after) => {
        const of = (members: readonly CarveOut[]) => shortfalls({ monthUsd: formatUsd(pool) }, members);
        const worse = monthOf(after) > pool && monthOf(after) > monthOf(before);
        expect(worsened(of(before), of(after))).toHaveLength(worse ? 1 : 0);
      }),
    );
  });

  it('names the figures, the largest first', () => {
    const members = ['ann', 'bob', 'carl', 'dora', 'eve', 'finn'].map((name, index) => ({
      member: `user/${name}`,
      spec: { monthUsd: String(10 * (index + 1)) },
    }));
    expect(shortfalls({ monthUsd: '200' }, members).map(shortfallText)).toEqual([
      'a month reserves $210.00 (user/finn $60.00, user/eve $50.00, user/dora $40.00, user/carl $30.00, 2 more) of a pool of $200.00',
    ]);
  });
});

describe('a configuration', () => {
  const teams = { 'team/ml': { members: ['user/ann', 'user/bob'], monthUsd: '50' } };
  const parse = (budgets: Record<string, { monthUsd: string }>) =>
    settingsSchema.safeParse({ mode: 'shadow', teams, budgets });

  it('may reserve all of a pool, and not more', () => {
    expect(parse({ 'user/ann': { monthUsd: '20' }, 'user/bob': { monthUsd: '30' } }).success).toBe(true);
    const { error } = parse({ 'user/ann': { monthUsd: '20' }, 'user/bob': { monthUsd: '30.01' } });
    expect(error?.issues).toMatchObject([
      {
        path: ['teams', 'team/ml', 'monthUsd'],
        message:
          'must cover what `budgets` gives its members: a month reserves $50.01 (user/bob $30.01, user/ann $20.00) of a pool of $50.00',
      },
    ]);
  });

  it('reserves nothing for whoever is not in the team', () => {
    const budgets = { 'user/zoe': { monthUsd: '1000' } };
    expect(configuredShortfalls(settingsSchema.parse({ mode: 'shadow', teams, budgets })).size).toBe(0);
  });
});
