import { settingsSchema } from '../../../lambda/contracts/settings.ts';
import { changed, firstState } from '../../../lambda/domain/control/state.ts';
import { onboardPrincipal } from '../../../lambda/use-cases/iam-watch/onboard-principal.ts';
import { MemorySubjects } from '../../../scripts/budgeteer/replay/memory-subjects.ts';

const at = '2026-11-22T12:00:00.000Z';
const created = (name: string) =>
  ({
    kind: 'principal-created',
    name: 'CreateUser',
    target: { type: 'user', name },
    path: '/',
    uniqueId: undefined,
    tags: {},
  }) as unknown as Parameters<typeof onboardPrincipal>[0];

test('a held user that is made again has the deny again at once; nobody else is enforced', async () => {
  const subjects = new MemorySubjects();
  const first = firstState(at, 'test');
  const own = { level: 'suspended', window: 'month:2026-11', since: at, reason: 'test' } as const;
  await subjects.provision('user/alice', first);
  const state = changed(first, { holds: { own } }, first.lastChange);
  await subjects.commit({ subject: 'user/alice', expectedVersion: 1, state });
  const asked: string[] = [];
  const deps = {
    subjects,
    registry: { find: async () => new Map(), remember: async () => {} },
    iam: { find: async () => new Map() },
    settings: settingsSchema.parse({ mode: 'enforce' }),
    clock: () => new Date(at),
    enforcer: { ask: async (subject: string) => void asked.push(subject) },
  };
  await onboardPrincipal(created('bob'), deps);
  await onboardPrincipal(created('alice'), deps);
  expect(asked).toEqual(['user/alice']);
});
