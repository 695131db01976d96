import { settingsSchema } from '../../../lambda/contracts/settings.ts';
import type { SubjectState } from '../../../lambda/domain/control/state.ts';
import { setPaused } from '../../../lambda/use-cases/enforcement/pause.ts';
import {
  type Commit,
  type Subjects,
  VersionConflictError,
} from '../../../lambda/use-cases/ports/subjects.ts';

const by = { actor: 'user/ops', reason: 'a rehearsal' };

/** The account's state, changed meanwhile by somebody else as often as told. */
function account(conflicts = 0) {
  const commits: Commit[] = [];
  let state: SubjectState | undefined;
  let left = conflicts;
  const subjects = {
    provision: async (_: string, first: SubjectState) => {
      state ??= first;
    },
    state: async () => state,
    commit: async (commit: Commit) => {
      if (left-- > 0) throw new VersionConflictError('Changed meanwhile.');
      commits.push(commit);
      state = commit.state;
    },
  } as unknown as Subjects;
  const deps = {
    subjects,
    clock: () => new Date('2026-11-22T12:00:00Z'),
    settings: settingsSchema.parse({ mode: 'enforce' }),
  };
  return { commits, set: (paused: boolean) => setPaused(paused, by, deps) };
}

it('pauses and unpauses once, each with who, why and an evaluation', async () => {
  const { commits, set } = account();

  expect([await set(true), await set(true), await set(false), await set(false)]).toEqual([
    true,
    false,
    true,
    false,
  ]);
  expect(commits.map(({ evaluate, state }) => [evaluate, state.lastChange])).toMatchObject([
    [true, { action: 'pause', ...by, before: 'running', after: 'paused' }],
    [true, { action: 'unpause', ...by, before: 'paused', after: 'running' }],
  ]);
  expect(commits[0]?.state.paused).toEqual({
    since: '2026-11-22T12:00:00.000Z',
    by: by.actor,
    reason: by.reason,
  });
});

it('is not lost where others change the account meanwhile', async () => {
  const { commits, set } = account(7);

  expect([await set(true), commits.length]).toEqual([true, 1]);
});
