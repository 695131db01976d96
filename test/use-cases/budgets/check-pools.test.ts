import type { BudgetSpec } from '../../../lambda/domain/settings.ts';
import {
  type BudgetChanges,
  checkPools,
  PoolExceededError,
  UnknownTeamError,
} from '../../../lambda/use-cases/budgets/check-pools.ts';

interface Known {
  readonly operators?: Readonly<Record<string, BudgetSpec>>;
  /** Principals whose IAM tag names the team. */
  readonly tagged?: readonly string[];
}

const settings = {
  budgets: { 'user/ann': { monthUsd: '30.00' } },
  teams: { 'team/ml': { members: ['user/ann'], monthUsd: '100.00' } },
};
function check(
  changes: Readonly<Record<string, BudgetSpec | null>>,
  { operators = {}, tagged = [] }: Known = {},
) {
  const subjects = {
    taggedMembers: async (team: string) => (team === 'team/ml' ? tagged : []),
    load: async (subject: string) => ({
      ...{ state: undefined, balances: {}, dueAt: undefined, operatorSpec: operators[subject] },
      ...(tagged.includes(subject) && { taggedTeam: 'team/ml' }),
    }),
  };
  return checkPools(new Map(Object.entries(changes)) as BudgetChanges, { subjects, settings });
}

it('lets members have together what the pool holds, and no more', async () => {
  await expect(check({ 'user/ann': { monthUsd: '100.00' } })).resolves.toBeUndefined();
  await expect(check({ 'user/ann': { monthUsd: '100.01' } })).rejects.toThrow(PoolExceededError);
});

it('counts members that a tag names, their operators’ budgets and all changes together', async () => {
  const bob = { tagged: ['user/bob'], operators: { 'user/bob': { monthUsd: '60.00' } } };

  await expect(check({ 'user/ann': { monthUsd: '41.00' } }, bob)).rejects.toThrow(
    /^Members would have .*team\/ml/,
  );
  await expect(
    check({ 'user/ann': { monthUsd: '41.00' }, 'user/bob': { monthUsd: '59.00' } }, bob),
  ).resolves.toBeUndefined();
});

it('refuses a pool that is smaller than what its members have', async () => {
  await expect(check({ 'team/ml': { monthUsd: '29.00' } })).rejects.toThrow(PoolExceededError);
});

it('lets whatever makes no pool worse pass, though it was exceeded before', async () => {
  const exceeded = { operators: { 'user/ann': { monthUsd: '500.00' } } };

  await expect(check({ 'user/ann': { monthUsd: '400.00' } }, exceeded)).resolves.toBeUndefined();
});

it('refuses a budget of a team that nobody knows, and takes one of a team that a tag names', async () => {
  await expect(check({ 'team/none': { monthUsd: '1.00' } })).rejects.toThrow(UnknownTeamError);
  await expect(check({ 'team/none': null })).resolves.toBeUndefined();
});
