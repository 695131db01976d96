import { settingsSchema } from '../../../lambda/contracts/settings.ts';
import type { SubjectState } from '../../../lambda/domain/control/state.ts';
import type { BudgetSpec } from '../../../lambda/domain/settings.ts';
import { firstCounts, windowKindsOf } from '../../../lambda/use-cases/metering/window-kinds.ts';

const settings = settingsSchema.parse({
  mode: 'enforce',
  defaultBudget: { monthUsd: '50.00' },
  budgets: { 'user/ann': { dayUsd: '2.00', monthUsd: '20.00' } },
  teams: { 'team/ml': { members: ['user/ann'], monthUsd: '100.00' } },
  accountBudget: { monthUsd: '5000.00' },
});

function store(known: readonly (readonly [string, BudgetSpec | undefined])[] = []) {
  const provisioned = new Map<string, SubjectState>();
  return {
    provisioned,
    definitions: async () => new Map(known),
    provision: async (subject: string, state: SubjectState) => void provisioned.set(subject, state),
  };
}
const kindsOf = (subjects: readonly string[], subjectsStore: ReturnType<typeof store>) =>
  windowKindsOf(subjects, 'first call', {
    ...{ subjects: subjectsStore, settings },
    clock: () => new Date('2026-11-22T12:00:00Z'),
  });

it('has calls count in the windows of each budget that covers them, an operator’s beside the configured one', async () => {
  const known = store([
    ['user/ann', { weekUsd: '5.00' }],
    ['account', undefined],
  ]);
  const kinds = await kindsOf(['user/ann', 'user/bob', 'account'], known);

  expect([...kinds].map(([subject, counted]) => [subject, counted.kinds])).toEqual([
    ['user/ann', ['day', 'week', 'month']],
    ['user/bob', ['month']],
    ['account', ['month']],
  ]);
});

it('provisions whoever is not known yet, and no team without a budget', async () => {
  const subjects = store([['account', undefined]]);
  const kinds = await kindsOf(['user/bob', 'team/none', 'account'], subjects);

  expect([...subjects.provisioned.keys()]).toEqual(['user/bob']);
  expect(subjects.provisioned.get('user/bob')?.lastChange.reason).toBe('first call');
  expect(kinds.has('team/none')).toBe(false);
});

it('leaves a new team to be caught up on, unless nothing at all was posted before', async () => {
  const later = store([['account', undefined]]);
  await kindsOf(['team/ml', 'account'], later);
  const first = store();
  await kindsOf(['team/ml', 'account'], first);

  expect(later.provisioned.get('team/ml')?.counts).toEqual([]);
  expect(first.provisioned.get('team/ml')?.counts).toEqual(['month']);
});

it('knows the first windows of who has not spent, and not those of a team', () => {
  expect([firstCounts('user/ann', settings), firstCounts('team/ml', settings)]).toEqual([
    ['day', 'month'],
    [],
  ]);
});
