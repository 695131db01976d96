import { settingsSchema } from '../../../lambda/contracts/settings.ts';
import type { WorkflowStep } from '../../../lambda/domain/control/hold-task.ts';
import { firstState } from '../../../lambda/domain/control/state.ts';
import { parseUsd } from '../../../lambda/domain/money.ts';
import { evaluateSubject } from '../../../lambda/use-cases/deciding/evaluate-subject.ts';
import { SupersededError, takeWorkflowStep } from '../../../lambda/use-cases/deciding/workflow-steps.ts';
import { MemorySubjects } from '../../../scripts/budgeteer/replay/memory-subjects.ts';

const subject = 'user/alice';
const window = 'month:2026-11';

/** A principal over its limit, whose suspension was just decided and named. */
async function overBudget(spentUsd = '11') {
  const subjects = new MemorySubjects();
  const started: string[] = [];
  const deps = {
    subjects,
    settings: settingsSchema.parse({
      mode: 'enforce',
      defaultBudget: { monthUsd: '10.00' },
      graceSeconds: 60,
    }),
    clock: () => new Date('2026-11-22T12:00:00Z'),
    workflows: {
      start: async ({ execution }: { execution: string }) => void started.push(execution),
      status: async () => 'running' as const,
    },
    enforcer: { ask: async () => {} },
  };
  await subjects.provision(subject, firstState('2026-11-22T12:00:00.000Z', 'test'));
  subjects.balances.set(subject, { [window]: { spent: parseUsd(spentUsd), ceiling: 0n, requests: 1 } });
  await evaluateSubject(subject, deps);
  const execution = started[0] ?? 'none';
  const step = (which: WorkflowStep, by = execution, error?: { Error: string; Cause: string }) =>
    takeWorkflowStep(
      { step: which, execution: by, input: { subject, window, cause: 'own' }, ...(error && { error }) },
      deps,
    );
  const state = async () => {
    const found = await subjects.state(subject);
    if (found === undefined) throw new Error('no state');
    return found;
  };
  return { subjects, deps, started, step, state };
}

describe('a hold step', () => {
  it('confirms from what is true now, not from what was true when the workflow started', async () => {
    const { step, subjects } = await overBudget();
    expect(await step('confirm-suspension')).toMatchObject({
      confirmed: true,
      graceSeconds: 60,
      spentUsd: '11.000000000',
    });
    subjects.specs.set(subject, { monthUsd: '20.00' });
    expect(await step('confirm-suspension')).toMatchObject({ confirmed: false, limitUsd: '20.000000000' });
  });

  it.each<WorkflowStep>(['begin-grace', 'place-hold', 'report-suspension', 'stand-down', 'record-failure'])(
    '%s done twice is done once',
    async (which) => {
      const { step, state, subjects } = await overBudget();
      await step(which);
      const once = await state();
      const alerts = subjects.alerts.length;
      await step(which);
      expect(await state()).toEqual(once);
      expect(subjects.alerts).toHaveLength(alerts);
    },
  );

  it('of an execution that was given up on changes nothing', async () => {
    const { step, state } = await overBudget();
    const before = await state();
    await expect(step('place-hold', 'an-older-execution')).rejects.toThrow(SupersededError);
    await step('record-failure', 'an-older-execution');
    expect(await state()).toEqual(before);
  });

  it('that stands down takes back its grace hold and frees the name for a later crossing', async () => {
    const { step, state, deps, started, subjects } = await overBudget();
    await step('begin-grace');
    expect((await state()).holds.own?.level).toBe('grace');
    subjects.specs.set(subject, { monthUsd: '20.00' });
    await step('stand-down');
    expect((await state()).holds).toEqual({});
    subjects.balances.set(subject, { [window]: { spent: parseUsd('20'), ceiling: 0n, requests: 2 } });
    await evaluateSubject(subject, deps);
    expect(new Set(started).size).toBe(2);
  });

  it('that releases leaves the restriction which the new limit still asks for', async () => {
    const { step, state, deps, started, subjects } = await overBudget();
    await step('place-hold');
    await step('report-suspension');
    subjects.specs.set(subject, { monthUsd: '12.00' });
    await evaluateSubject(subject, deps);
    await step('release-hold', started[1]);
    expect((await state()).holds.own).toMatchObject({ level: 'restricted', window });
  });

  it('that records a failure plans the next attempt under another name', async () => {
    const { step, state, deps, started } = await overBudget();
    await step('record-failure', started[0], { Error: 'ServiceException', Cause: 'IAM is down' });
    expect((await state()).failure).toMatchObject({
      error: 'ServiceException: IAM is down',
      retryAt: '2026-11-22T12:05:00.000Z',
    });
    await evaluateSubject(subject, deps);
    expect(started).toHaveLength(1);
    await evaluateSubject(subject, { ...deps, clock: () => new Date('2026-11-22T12:05:00Z') });
    expect(started).toHaveLength(2);
    expect(started[1]).not.toBe(started[0]);
  });
});
