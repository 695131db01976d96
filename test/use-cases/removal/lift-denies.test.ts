import type { SubjectState } from '../../../lambda/domain/control/state.ts';
import type { DenyCarrier } from '../../../lambda/use-cases/ports/iam.ts';
import { liftDenies } from '../../../lambda/use-cases/removal/lift-denies.ts';
import { fencesOn, keysSwitchedOff } from '../../../lambda/use-cases/removal/what-to-lift.ts';

const policyArn = 'arn:aws:iam::111122223333:policy/bedrock-budget/BedrockBudgetSuspended-test';
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

  it('lifts fences, and switches on the API keys that we switched off, and no others', async () => {
    const fences = new Map<string, unknown>([['App', { Statement: [] }]]);
    const fence = {
      read: async (role: string) => fences.get(role),
      write: async (role: string) => void fences.delete(role),
    };
    const off = new Set(['ours', 'theirs', 'another']);
    const inventory = {
      inactive: async () => [...off].map((id) => ({ userName: id === 'another' ? 'bob' : 'alice', id })),
      set: async (_: string, id: string) => void off.delete(id),
    };
    const subjects = {
      state: async (subject: string) =>
        subject === 'user/alice' ? ({ keysOff: ['ours', 'gone'] } as unknown as SubjectState) : undefined,
    };
    const others = [fencesOn(['App', 'Unfenced'], fence), keysSwitchedOff(inventory, subjects)];
    const rest = { policyArns: [policyArn], sleep: async () => {}, remainingMs: () => 600_000 };

    expect(await liftDenies({ carriers: carriersOf(['alice']), others, ...rest })).toBe(3);
    expect([...fences.keys(), ...off]).toEqual(['theirs', 'another']);
  });

  it('frees everyone else where something cannot even be looked for', async () => {
    const carriers = carriersOf(['alice']);
    const others = [
      { what: 'the fences of shared roles', find: () => Promise.reject(new Error('not authorized')) },
    ];
    const rest = { policyArns: [policyArn], sleep: async () => {}, remainingMs: () => 600_000 };

    await expect(liftDenies({ carriers, others, ...rest })).rejects.toThrow(
      '1 denies were lifted, but not those of the fences of shared roles (not authorized): lift them by hand.',
    );
    expect(carriers.left.size).toBe(0);
  });
});
