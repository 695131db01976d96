import { VirtualClock } from '../../../scripts/local/clock.ts';
import {
  executionArn,
  freshStateMachines,
  harnessStart,
  inSeconds,
  machineArn,
  testFunctionArn,
} from './step-functions-harness.ts';

const fresh = freshStateMachines();

describe('time', () => {
  const waitThen = (wait: object) => ({
    StartAt: 'W',
    States: { W: { Type: 'Wait', ...wait, Next: 'D' }, D: { Type: 'Pass', End: true } },
  });

  test.each([
    [{ Seconds: 30 }, 30],
    [{ SecondsPath: '$.delay' }, 45],
    [{ Timestamp: '2026-11-22T12:01:00Z' }, 60],
    [{ TimestampPath: '$.until' }, 90],
    [{ TimestampPath: '$.past' }, 0],
    [{ Seconds: 0 }, 0],
  ])('a Wait of %j passes its input on after %i seconds', async (wait, seconds) => {
    const given = { delay: 45, until: '2026-11-22T12:01:30Z', past: '2026-11-01T00:00:00Z' };
    await fresh.current.runDefinition(waitThen(wait), given);
    await fresh.current.clock.advanceTo(inSeconds(3600), fresh.current.idle);
    expect(fresh.current.functions.list()[0]).toMatchObject({
      status: 'SUCCEEDED',
      stoppedAt: inSeconds(seconds),
    });
    expect(fresh.current.outputOf()).toEqual(given);
  });

  test.each([{ SecondsPath: '$.nothing' }, { SecondsPath: '$.word' }, { TimestampPath: '$.word' }])(
    'a Wait of %j without a time fails the execution',
    async (wait) => {
      expect(await fresh.current.runDefinition(waitThen(wait), { word: 'x' })).toMatchObject({
        status: 'FAILED',
        error: 'States.Runtime',
      });
    },
  );

  test('the context object tells the time of the clock', async () => {
    await fresh.current.clock.advanceTo(inSeconds(5), async () => undefined);
    await fresh.current.runDefinition(
      {
        StartAt: 'W',
        States: {
          W: { Type: 'Wait', Seconds: 10, Next: 'P' },
          P: {
            Type: 'Pass',
            End: true,
            Parameters: {
              'id.$': '$$.Execution.Id',
              'started.$': '$$.Execution.StartTime',
              'entered.$': '$$.State.EnteredTime',
              'machine.$': '$$.StateMachine.Name',
              'text.$': "States.Format('{} {}', $$.Execution.Name, $.x)",
            },
          },
        },
      },
      { x: 1 },
    );
    await fresh.current.clock.advanceTo(inSeconds(60), fresh.current.idle);
    expect(fresh.current.outputOf()).toEqual({
      id: executionArn('m', 'run-1'),
      started: '2026-11-22T12:00:05.000Z',
      entered: '2026-11-22T12:00:15.000Z',
      machine: 'm',
      text: 'run-1 1',
    });
  });

  test('a machine times out by the fresh.current.clock, and what it waited for is forgotten', async () => {
    await fresh.current.runDefinition({ ...waitThen({ Seconds: 7200 }), TimeoutSeconds: 3600 });
    await fresh.current.clock.advanceTo(inSeconds(10_000), fresh.current.idle);
    expect(fresh.current.functions.list()[0]).toMatchObject({
      status: 'TIMED_OUT',
      error: 'States.Timeout',
      stoppedAt: inSeconds(3600),
      history: ['W'],
    });
    expect(fresh.current.clock.nextDue).toBeUndefined();
  });

  const slow = (rest: object) => ({
    StartAt: 'T',
    States: {
      T: { Type: 'Task', Resource: testFunctionArn('slow'), End: true, ...rest },
      C: { Type: 'Pass', End: true },
    },
  });

  test.each([
    ['TimeoutSeconds', { TimeoutSeconds: 60 }, 60],
    ['TimeoutSecondsPath', { TimeoutSecondsPath: '$.limit' }, 90],
  ])(
    'a task times out by the fresh.current.clock (%s), which is not States.TaskFailed',
    async (_name, timeout, seconds) => {
      fresh.current.answers['slow'] = () => fresh.current.clock.sleepUntil(inSeconds(1000));
      fresh.current.functions.stop();
      const Catch = [
        { ErrorEquals: ['States.TaskFailed'], Next: 'T' },
        { ErrorEquals: ['States.Timeout'], Next: 'C', ResultPath: '$.why' },
      ];
      fresh.current.functions = fresh.current.build({ m: slow({ ...timeout, Catch }) });
      fresh.current.functions.startExecution(machineArn('m'), 'run-1', { limit: 90 });
      const pause = () => new Promise<void>((resolve) => setTimeout(resolve, 5));
      await pause();
      expect(fresh.current.calls[0]?.payload).toEqual({ limit: 90 });
      await fresh.current.clock.advanceTo(inSeconds(seconds - 1), pause);
      expect(fresh.current.functions.list()[0]?.status).toBe('RUNNING');
      await fresh.current.clock.advanceTo(inSeconds(seconds), fresh.current.idle);
      expect(fresh.current.functions.list()[0]).toMatchObject({
        status: 'SUCCEEDED',
        stoppedAt: inSeconds(seconds),
      });
      expect(fresh.current.outputOf()).toMatchObject({ limit: 90, why: { Error: 'States.Timeout' } });
    },
  );

  test('branches wait side by side, and all of them end when one fails', async () => {
    const branch = (name: string, seconds: number, next: object) => ({
      StartAt: name,
      States: { [name]: { Type: 'Wait', Seconds: seconds, Next: `${name} end` }, [`${name} end`]: next },
    });
    const pass = { Type: 'Pass', End: true };
    const parallel = (next: object) => ({
      StartAt: 'P',
      States: {
        P: { Type: 'Parallel', Branches: [branch('A', 10, pass), branch('B', 20, next)], End: true },
      },
    });
    await fresh.current.runDefinition(parallel(pass), { x: 1 });
    await fresh.current.clock.advanceTo(inSeconds(30), fresh.current.idle);
    expect(fresh.current.functions.list()[0]).toMatchObject({
      status: 'SUCCEEDED',
      stoppedAt: inSeconds(20),
    });
    expect(fresh.current.outputOf()).toEqual([{ x: 1 }, { x: 1 }]);

    fresh.current.clock = new VirtualClock(harnessStart);
    await fresh.current.runDefinition({
      StartAt: 'P',
      States: {
        P: {
          Type: 'Parallel',
          Branches: [branch('A', 100, pass), branch('B', 20, { Type: 'Fail', Error: 'Nope' })],
          End: true,
        },
      },
    });
    await fresh.current.clock.advanceTo(inSeconds(30), fresh.current.idle);
    expect(fresh.current.functions.list()[0]).toMatchObject({
      status: 'FAILED',
      error: 'Nope',
      stoppedAt: inSeconds(20),
    });
    expect(fresh.current.functions.list()[0]).not.toHaveProperty('cause');
    expect(fresh.current.clock.nextDue).toBeUndefined();
  });

  test('a map calls its function for each item', async () => {
    fresh.current.answers['each'] = ({ n }) => Number(n) * 2;
    await fresh.current.runDefinition(
      {
        StartAt: 'M',
        States: {
          M: {
            Type: 'Map',
            ItemsPath: '$.items',
            ItemSelector: { 'n.$': '$$.Map.Item.Value' },
            ItemProcessor: {
              ProcessorConfig: { Mode: 'INLINE' },
              StartAt: 'E',
              States: { E: { Type: 'Task', Resource: testFunctionArn('each'), End: true } },
            },
            End: true,
          },
        },
      },
      { items: [1, 2, 3] },
    );
    expect(fresh.current.outputOf()).toEqual([2, 4, 6]);
  });
});
