import {
  executionArn,
  freshStateMachines,
  harnessStart,
  input,
  inSeconds,
  machineArn,
  NamedError,
} from './step-functions-harness.ts';

const fresh = freshStateMachines();

describe('a suspension', () => {
  test('runs through its steps and hands functions what the definition says', async () => {
    expect(await fresh.current.run()).toEqual({
      stateMachine: 'suspension',
      status: 'SUCCEEDED',
      name: 'run-1',
      input,
      startedAt: harnessStart,
      stoppedAt: harnessStart,
      history: ['Is it still over?', 'Confirmed?', 'Enforce', 'Suspended'],
    });
    expect(fresh.current.calls.map(({ name, payload }) => ({ name, payload }))).toEqual([
      { name: 'holds', payload: { step: 'confirm', input, execution: 'run-1' } },
      { name: 'enforcer', payload: { subject: 'user/alice' } },
    ]);
    const { output } = fresh.current.functions.describeExecution(executionArn('suspension', 'run-1'));
    expect(JSON.parse(output ?? '')).toMatchObject({
      ...input,
      enforcement: { outcome: 'matched', status: 200 },
    });
  });

  test('stands down when the function says so', async () => {
    fresh.current.answers['holds'] = () => ({ confirmed: false, graceSeconds: 0 });
    expect((await fresh.current.run())?.history.at(-1)).toBe('Stand down');
  });

  test('waits for the fresh.current.clock and nothing else', async () => {
    fresh.current.answers['holds'] = () => ({ confirmed: true, graceSeconds: 600 });
    expect((await fresh.current.run())?.status).toBe('RUNNING');
    expect(fresh.current.functions.waiting).toBe(1);
    expect(fresh.current.clock.nextDue).toEqual(inSeconds(600));
    await fresh.current.clock.advanceTo(inSeconds(599), fresh.current.idle);
    expect(fresh.current.functions.list()[0]?.history.at(-1)).toBe('Wait out the grace');
    await fresh.current.clock.advanceTo(inSeconds(3600), fresh.current.idle);
    expect(fresh.current.functions.waiting).toBe(0);
    expect(fresh.current.functions.list()[0]).toMatchObject({
      status: 'SUCCEEDED',
      stoppedAt: inSeconds(600),
    });
    expect(fresh.current.calls.at(-1)).toMatchObject({ name: 'enforcer', at: inSeconds(600) });
    expect(fresh.current.clock.nextDue).toBeUndefined();
  });

  test('retries at once, as often as it may', async () => {
    let attempts = 0;
    fresh.current.answers['enforcer'] = () => {
      attempts += 1;
      if (attempts < 3) throw new NamedError('LeaseHeldError', 'another one holds the lease');
      return { outcome: 'matched' };
    };
    expect((await fresh.current.run())?.status).toBe('SUCCEEDED');
    expect(attempts).toBe(3);
    expect(fresh.current.clock.now()).toEqual(harnessStart);
  });

  test('catches what retrying does not mend, and fails with the error and cause of its Fail state', async () => {
    fresh.current.answers['enforcer'] = () => {
      throw new NamedError('LeaseHeldError', 'another one holds the lease');
    };
    expect(await fresh.current.run()).toMatchObject({
      status: 'FAILED',
      error: 'EnforcementFailed',
      cause: 'Needs an operator.',
      history: ['Is it still over?', 'Confirmed?', 'Enforce', 'Record the failure', 'Not suspended'],
    });
    expect(fresh.current.calls.filter(({ name }) => name === 'enforcer')).toHaveLength(4);
  });

  test('an error that no Retry names is caught at the first attempt', async () => {
    fresh.current.answers['enforcer'] = () => {
      throw new NamedError('AccessDeniedException', 'not yours');
    };
    await fresh.current.run();
    expect(fresh.current.calls.map(({ name }) => name)).toEqual(['holds', 'enforcer', 'holds']);
  });
});

describe('names', () => {
  const begin = (name: string, given: unknown = input) =>
    fresh.current.functions.startExecution(machineArn('suspension'), name, given);

  test('the same name and input is answered again while it runs, and refused afterwards', async () => {
    const first = begin('a');
    expect(begin('a')).toEqual(first);
    expect(() => begin('a', { other: true })).toThrow('Execution Already Exists');
    await fresh.current.idle();
    expect(fresh.current.calls.filter(({ name }) => name === 'enforcer')).toHaveLength(1);
    expect(() => begin('a')).toThrow(
      expect.objectContaining({ name: 'ExecutionAlreadyExists', message: expect.stringContaining(':a') }),
    );
    expect(fresh.current.functions.list()).toHaveLength(1);
  });

  test('bad names, bad input and unknown machines are refused', () => {
    expect(() => begin('user/alice')).toThrow('Invalid Name');
    expect(() => begin('x'.repeat(81))).toThrow('Invalid Name');
    expect(() => begin('b', '{')).toThrow('Invalid State Machine Execution Input');
    expect(() => fresh.current.functions.startExecution(machineArn('other'), 'a', {})).toThrow(
      'State Machine Does Not Exist',
    );
    expect(fresh.current.functions.list()).toEqual([]);
  });
});
