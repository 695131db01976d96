import { liftDenies } from '../../lambda/use-cases/lift-denies.ts';
import type { DenyCarrier } from '../../lambda/use-cases/ports.ts';

const policyArn = 'arn:aws:iam::111122223333:policy/bedrock-budget/BedrockBudgetHalt-test';
const carrier = (name: string): DenyCarrier => ({ type: 'user', name, policyArn });

/** Everyone carries the deny; whoever is named in `immovable` cannot be freed. */
function carriersOf(names: string[], immovable: string[] = []) {
  const left = new Set(names);
  return {
    left,
    of: async () => [...left].map(carrier),
    release: async ({ name }: DenyCarrier) => {
      if (immovable.includes(name)) throw new Error('a service control policy forbids it');
      left.delete(name);
    },
  };
}

describe('lifting every deny', () => {
  it('frees everyone else where one cannot be freed, and names that one', async () => {
    const carriers = carriersOf(['alice', 'bob', 'carol'], ['bob']);
    const deps = { carriers, policyArns: [policyArn], sleep: async () => {}, remainingMs: () => 600_000 };
    await expect(liftDenies(deps)).rejects.toThrow(
      /not those of user\/bob .*service control policy.*by hand/,
    );
    expect([...carriers.left]).toEqual(['bob']);
  });

  it('says so in time where the time is up, instead of ending without a word', async () => {
    const carriers = carriersOf(['alice']);
    const deps = { carriers, policyArns: [policyArn], sleep: async () => {}, remainingMs: () => 40_000 };
    await expect(liftDenies(deps)).rejects.toThrow('the time was up');
    expect(carriers.left.size).toBe(0);
  });
});
