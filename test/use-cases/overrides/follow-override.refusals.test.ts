import { settingsSchema } from '../../../lambda/contracts/settings.ts';
import { firstState } from '../../../lambda/domain/control/state.ts';
import { checkOverride } from '../../../lambda/use-cases/overrides/follow-override.ts';
import { MemorySubjects } from '../../../scripts/budgeteer/replay/memory-subjects.ts';
import { ControlRun } from '../../support/control-run.ts';

const at = '2026-11-22T12:00:00.000Z';

/** What of an order is written down, where it is refused. */
async function refused(input: unknown) {
  const subjects = new MemorySubjects();
  for (const subject of ['account', 'user/bob']) await subjects.provision(subject, firstState(at, 'test'));
  const answer = await checkOverride('override-1', input, {
    subjects,
    settings: settingsSchema.parse({ mode: 'enforce' }),
    clock: () => new Date(at),
    records: { find: async () => undefined, keep: async () => {}, keepToken: async () => {} },
  });
  const written = subjects.history.find(({ state }) => state.lastChange.action === 'override-refused');
  return { ...answer, subject: written?.subject, actor: written?.state.lastChange.actor };
}
const order = { action: 'extend', subject: 'user/bob', reason: 'more', requestedBy: 'user/ops' };
const expiresAt = '2026-11-30T00:00:00Z';

describe('an order that is none', () => {
  it.each<[string, unknown, string, string | undefined, string]>([
    [
      'a negative amount',
      { ...order, amountUsd: '-1', expiresAt },
      'amountUsd',
      'user/bob',
      'user/ops (as claimed)',
    ],
    ['an unknown action', { ...order, action: 'fly' }, 'action', 'user/bob', 'user/ops (as claimed)'],
    [
      'an empty reason',
      { ...order, reason: ' ' },
      '1 to 500 characters',
      'user/bob',
      'user/ops (as claimed)',
    ],
    ['a field of its own', { ...order, force: true }, 'force', 'user/bob', 'user/ops (as claimed)'],
    [
      'nobody who asks',
      { ...order, requestedBy: 7 },
      'requestedBy',
      'user/bob',
      'someone who did not say (as claimed)',
    ],
    [
      'a stranger as subject',
      { ...order, subject: 'user/nobody', amountUsd: 'x' },
      'amountUsd',
      'account',
      'user/ops (as claimed)',
    ],
    ['no object', 'halt', 'object', 'account', 'someone who did not say (as claimed)'],
  ])(
    'because of %s is refused in a sentence, and stands under whom it was about',
    async (_, input, sentence, subject, actor) => {
      const answer = await refused(input);
      expect(answer).toMatchObject({ accepted: false, subject, actor });
      expect(answer.refusal).toContain(sentence);
    },
  );
});

it('a restore lifts the suspension of the team for this member alone, until its end or the next order', async () => {
  const begins = new Date('2026-11-05T00:00:00Z');
  const settings = {
    mode: 'enforce' as const,
    teams: { 'team/ml': { members: ['user/ann', 'user/ben'], monthUsd: '100' } },
  };
  const run = new ControlRun(settings, begins);
  const common = { window: 'month' as const, reason: 'test', requestedBy: 'user/ops' };
  const carried = () => ['user/ann', 'user/ben'].map((who) => run.carriedBy(who));
  for (const who of ['user/ann', 'user/ben']) await run.spend(who, '1');
  await run.order({ ...common, action: 'suspend', subject: 'team/ml' });
  expect(carried()).toEqual([['suspended'], ['suspended']]);
  await run.order({ ...common, action: 'restore', subject: 'user/ann', expiresAt: '2026-11-05T04:00:00Z' });
  expect(carried()).toEqual([[], ['suspended']]);
  await run.advance(new Date('2026-11-05T05:00:00Z'));
  expect(carried()).toEqual([['suspended'], ['suspended']]);
  await run.order({ ...common, action: 'restore', subject: 'user/ann', expiresAt: '2026-11-06T00:00:00Z' });
  await run.order({ ...common, action: 'suspend', subject: 'team/ml' });
  expect(carried()).toEqual([['suspended'], ['suspended']]);
});
