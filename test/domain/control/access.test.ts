import fc from 'fast-check';
import {
  accessOf,
  type Hold,
  type Holds,
  policyFor,
  wantedAccess,
} from '../../../lambda/domain/control/access.ts';
import { type Cause, causes } from '../../../lambda/domain/control/cause.ts';

const hold = (step: Hold['step']): Hold => ({ step, window: 'month:2026-11', since: '', reason: '' });
const anyHolds = fc.dictionary(
  fc.constantFrom(...causes),
  fc.constantFrom('restrict', 'grace', 'suspend').map((step) => hold(step as Hold['step'])),
) as fc.Arbitrary<Holds>;

describe('access', () => {
  it.each<[string, Holds, 'none' | 'economy' | 'halt', string]>([
    ['no hold', {}, 'none', 'active'],
    ['a restriction that IAM carries', { own: hold('restrict') }, 'economy', 'restricted'],
    ['a restriction that IAM does not carry yet', { own: hold('restrict') }, 'none', 'active'],
    ['a grace period', { own: hold('grace') }, 'economy', 'grace'],
    ['a suspension that IAM carries', { own: hold('suspend') }, 'halt', 'suspended'],
    ['a suspension on its way', { own: hold('suspend') }, 'economy', 'restricted'],
    ['a lifted suspension that IAM still carries', {}, 'halt', 'suspended'],
    ['a halt beside a restriction', { own: hold('restrict'), account: hold('suspend') }, 'halt', 'halted'],
  ])('under %s', (_name, holds, step, access) => {
    expect(accessOf({ holds, enforced: { step, outcome: 'matched' } })).toBe(access);
  });

  it('says so where nothing can bite, and where an attempt failed', () => {
    const holds = { own: hold('suspend') };
    expect(accessOf({ holds, enforced: { step: 'none', outcome: 'unenforceable' } })).toBe('unenforceable');
    expect(accessOf({ holds, enforced: { step: 'none', outcome: 'matched' }, failure: {} })).toBe(
      'enforcement-failed',
    );
  });

  it('is never open while any cause suspends, whoever else lifted theirs', () => {
    fc.assert(
      fc.property(anyHolds, fc.constantFrom(...causes), (holds, other) => {
        const { [other]: _lifted, ...rest } = { ...holds, own: hold('suspend') } as Record<Cause, Hold>;
        const expected = other === 'own' ? policyFor(rest) : 'halt';
        expect(policyFor(rest)).toBe(expected);
        const blocked = (Object.values(rest) as Hold[]).some(({ step }) => step === 'suspend');
        expect(['suspended', 'halted'].includes(wantedAccess(rest))).toBe(blocked);
      }),
    );
  });
});
