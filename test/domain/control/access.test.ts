import fc from 'fast-check';
import {
  accessOf,
  enforcedLevelFor,
  type Hold,
  type Holds,
  wantedAccess,
} from '../../../lambda/domain/control/access.ts';
import { type Cause, causes } from '../../../lambda/domain/control/cause.ts';

const hold = (level: Hold['level']): Hold => ({ level, window: 'month:2026-11', since: '', reason: '' });
const anyHolds = fc.dictionary(
  fc.constantFrom(...causes),
  fc.constantFrom('restricted', 'grace', 'suspended').map((step) => hold(step as Hold['level'])),
) as fc.Arbitrary<Holds>;

describe('access', () => {
  it.each<[string, Holds, 'none' | 'restricted' | 'suspended', string]>([
    ['no hold', {}, 'none', 'active'],
    ['a restriction that IAM carries', { own: hold('restricted') }, 'restricted', 'restricted'],
    ['a restriction that IAM does not carry yet', { own: hold('restricted') }, 'none', 'active'],
    ['a grace period', { own: hold('grace') }, 'restricted', 'grace'],
    ['a suspension that IAM carries', { own: hold('suspended') }, 'suspended', 'suspended'],
    ['a suspension on its way', { own: hold('suspended') }, 'restricted', 'restricted'],
    ['a lifted suspension that IAM still carries', {}, 'suspended', 'suspended'],
    [
      'a halt beside a restriction',
      { own: hold('restricted'), account: hold('suspended') },
      'suspended',
      'halted',
    ],
  ])('under %s', (_name, holds, level, access) => {
    expect(accessOf({ holds, enforced: { level, outcome: 'matched' } })).toBe(access);
  });

  it('says so where nothing can bite, and where an attempt failed', () => {
    const holds = { own: hold('suspended') };
    expect(accessOf({ holds, enforced: { level: 'none', outcome: 'unenforceable' } })).toBe('unenforceable');
    expect(accessOf({ holds, enforced: { level: 'none', outcome: 'matched' }, failure: {} })).toBe(
      'enforcement-failed',
    );
  });

  it('is never open while any cause suspends, whoever else lifted theirs', () => {
    fc.assert(
      fc.property(anyHolds, fc.constantFrom(...causes), (holds, other) => {
        const { [other]: _lifted, ...rest } = { ...holds, own: hold('suspended') } as Record<Cause, Hold>;
        const expected = other === 'own' ? enforcedLevelFor(rest) : 'suspended';
        expect(enforcedLevelFor(rest)).toBe(expected);
        const blocked = (Object.values(rest) as Hold[]).some(({ level }) => level === 'suspended');
        expect(['suspended', 'halted'].includes(wantedAccess(rest))).toBe(blocked);
      }),
    );
  });
});
