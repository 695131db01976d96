import fc from 'fast-check';
import { specFor, toBudget } from '../../../lambda/domain/control/budget.ts';
import { rungAmount, rungSeverity } from '../../../lambda/domain/control/rung.ts';
import { parseUsd } from '../../../lambda/domain/money.ts';

describe('a rung', () => {
  it.each([
    ['80%', '10.00', '8'],
    ['100%', '10.00', '10'],
    ['33.3%', '10.00', '3.33'],
    ['4.50 USD', '10.00', '4.50'],
    ['50%', '0.000000001', '0.000000001'],
    ['100%', '0', '0'],
  ])('%s of %s USD lies at %s USD', (threshold, limit, amount) => {
    expect(rungAmount(threshold, parseUsd(limit))).toBe(parseUsd(amount));
  });

  it('is never crossed by a spend below its share, and always by one at it', () => {
    fc.assert(
      fc.property(fc.bigInt(1n, 10n ** 15n), fc.integer({ min: 1, max: 100 }), (limit, percent) => {
        const amount = rungAmount(`${percent}%`, limit);
        expect(amount * 100n >= limit * BigInt(percent)).toBe(true);
        expect((amount - 1n) * 100n < limit * BigInt(percent)).toBe(true);
      }),
    );
  });

  it.each([
    ['50%', 'principal', 'info'],
    ['80%', 'principal', 'warning'],
    ['95%', 'principal', 'warning'],
    ['95%', 'account', 'critical'],
    ['100%', 'principal', 'critical'],
    ['12 USD', 'principal', 'critical'],
  ] as const)('at %s of a %s is %s', (threshold, scope, severity) => {
    expect(rungSeverity(threshold, parseUsd('10'), scope)).toBe(severity);
  });
});

describe('a budget', () => {
  it('without thresholds gets the ladder of its scope', () => {
    const ladder = (scope: 'principal' | 'team' | 'account') =>
      toBudget({ monthUsd: '10' }, scope).rungs.map((rung) => `${rung.threshold} ${rung.actions.join('+')}`);
    expect(ladder('principal')).toEqual([
      '50% notify',
      '80% notify',
      '90% notify+restrict',
      '95% notify',
      '100% notify+suspend',
    ]);
    expect(ladder('team').at(-1)).toBe('100% notify+suspend');
    expect(ladder('account')).toEqual([
      '80% notify',
      '90% notify',
      '95% notify+restrict',
      '100% notify+halt',
    ]);
  });

  it('of an operator outranks the configured one, and that outranks the default', () => {
    const settings = {
      budgets: { 'user/alice': { monthUsd: '5' } },
      teams: { 'team/ml': { members: [], monthUsd: '100' } },
      accountBudget: { monthUsd: '5000' },
      defaultBudget: { monthUsd: '50' },
    };
    expect(specFor('user/alice', { dayUsd: '1' }, settings)).toEqual({ dayUsd: '1' });
    expect(specFor('user/alice', undefined, settings)).toEqual({ monthUsd: '5' });
    expect(specFor('user/bob', undefined, settings)).toEqual({ monthUsd: '50' });
    expect(specFor('team/gone', undefined, settings)).toBeUndefined();
    expect(specFor('account', undefined, settings)).toEqual({ monthUsd: '5000' });
  });
});
