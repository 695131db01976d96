import type { Alert } from '../../../lambda/domain/control/alert.ts';
import { performOutbox } from '../../../lambda/use-cases/deciding/perform-outbox.ts';
import type { OutboxAction } from '../../../lambda/use-cases/ports/subjects.ts';

const alert = { subject: 'user/ann', window: 'month:2026-11', id: '80%' } as Alert;
const start = {
  type: 'start',
  workflow: 'suspension',
  cause: 'own',
  window: 'month:2026-11',
  execution: 'suspension-1',
} as const;

/** Who was asked for what, in order. */
function performer(failing?: string) {
  const asked: string[] = [];
  const ask = async (what: string) => {
    asked.push(what);
    if (what === failing) throw new Error(`${what} failed`);
  };
  const deps = {
    subjects: {
      requestEvaluation: (subject: string) => ask(`evaluate ${subject}`),
      raise: ({ id }: Alert) => ask(`raise ${id}`),
      acknowledge: ({ id }: { id: string }) => ask(`acknowledge ${id}`),
    },
    workflows: {
      start: ({ execution }: { execution: string }, subject: string) => ask(`start ${execution} ${subject}`),
    },
    enforcer: { ask: (subject: string) => ask(`enforce ${subject}`) },
  } as unknown as Parameters<typeof performOutbox>[1];
  return {
    asked,
    perform: (action: OutboxAction) => performOutbox({ subject: 'user/ann', id: 'o-1', action }, deps),
  };
}

it.each<[OutboxAction, readonly string[]]>([
  [start, ['start suspension-1 user/ann']],
  [{ type: 'enforce' }, ['enforce user/ann']],
  [{ type: 'evaluate', subjects: ['user/a', 'user/b'] }, ['evaluate user/a', 'evaluate user/b']],
  [{ type: 'alert', alert }, ['raise 80%']],
])('performs %j, then acknowledges it', async (action, done) => {
  const { asked, perform } = performer();
  await perform(action);

  expect(asked).toEqual([...done, 'acknowledge o-1']);
});

it('leaves what failed to the sweep: it is not acknowledged', async () => {
  const { asked, perform } = performer('enforce user/ann');

  await expect(perform({ type: 'enforce' })).rejects.toThrow('enforce user/ann failed');
  expect(asked).toEqual(['enforce user/ann']);
});
