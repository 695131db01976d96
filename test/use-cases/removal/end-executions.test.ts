import { endExecutions } from '../../../lambda/use-cases/removal/end-executions.ts';

/** Executions that show one check late, as Step Functions' do. */
function machines(started: Readonly<Record<string, readonly string[]>>, showsAfter = 0) {
  const ended: string[] = [];
  let checks = 0;
  return {
    ended,
    of: async (arn: string) =>
      checks++ < showsAfter ? [] : (started[arn] ?? []).filter((execution) => !ended.includes(execution)),
    end: async (execution: string) => void ended.push(execution),
  };
}

it('ends every execution of every machine, and says how many', async () => {
  const many = Array.from({ length: 20 }, (_, index) => `a-${index}`);
  const executions = machines({ a: many, b: ['b-0'] });

  expect(await endExecutions(['a', 'b', 'c'], { executions, sleep: async () => {} })).toBe(21);
  expect(executions.ended.toSorted()).toEqual([...many, 'b-0'].toSorted());
});

it('checks again until none is left: one may show late', async () => {
  const pauses: number[] = [];
  const executions = machines({ b: ['late'], a: ['early'] }, 1);
  const ended = await endExecutions(['b', 'a'], { executions, sleep: async (ms) => void pauses.push(ms) });

  expect([ended, executions.ended]).toEqual([2, ['early', 'late']]);
  expect(pauses.length).toBeGreaterThan(0);
});
