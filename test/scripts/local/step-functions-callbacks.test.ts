import {
  executionArn,
  freshStateMachines,
  harnessStart,
  inSeconds,
  machineArn,
  testFunctionArn,
} from './step-functions-harness.ts';

const fresh = freshStateMachines();
const arn = executionArn('m', 'run-1');

const waitForAnswer = (rest: object = {}) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
  Parameters: {
    FunctionName: testFunctionArn('ask'),
    Payload: { 'token.$': '$$.Task.Token', 'subject.$': '$.subject' },
  },
  End: true,
  ...rest,
});
const machine = (states: object, startAt = 'A') => ({ StartAt: startAt, States: states });
const api = (operation: string, body: object) =>
  fresh.current.functions.handleRequest(`AWSStepFunctions.${operation}`, body as never);
const status = () => fresh.current.functions.describeExecution(arn).status;
const tokens = () => fresh.current.calls.map(({ payload }) => String(payload['token']));
const begin = (definition: object) => fresh.current.runDefinition(definition, { subject: 'user/alice' });

describe('a task that waits for its token', () => {
  it('is at rest until someone answers, and takes the answer as its result', async () => {
    fresh.current.answers['ask'] = () => 'thrown away';
    await begin(machine({ A: waitForAnswer({ ResultPath: '$.answer' }) }));
    expect([status(), fresh.current.functions.waiting]).toEqual(['RUNNING', 1]);
    expect(fresh.current.calls[0]?.payload).toMatchObject({ subject: 'user/alice' });

    const sent = api('SendTaskSuccess', { taskToken: tokens()[0], output: '{"approved":true}' });
    await fresh.current.idle();
    expect(sent).toEqual({ status: 200, body: {} });
    expect(fresh.current.outputOf()).toEqual({ subject: 'user/alice', answer: { approved: true } });
  });

  it('may be answered before its function returns', async () => {
    fresh.current.answers['ask'] = ({ token }) => {
      api('SendTaskSuccess', { taskToken: token, output: '"early"' });
    };
    await begin(machine({ A: waitForAnswer() }));
    expect([status(), fresh.current.outputOf()]).toEqual(['SUCCEEDED', 'early']);
  });

  it('fails by the name that it is given, which a Catch may know', async () => {
    const Catch = [{ ErrorEquals: ['Rejected'], ResultPath: '$.error', Next: 'B' }];
    await begin(machine({ A: waitForAnswer({ Catch }), B: { Type: 'Pass', End: true } }));
    api('SendTaskFailure', { taskToken: tokens()[0], error: 'Rejected', cause: 'not this month' });
    await fresh.current.idle();
    expect(fresh.current.outputOf()).toMatchObject({ error: { Error: 'Rejected', Cause: 'not this month' } });
  });

  it('gets a new token with each attempt; the old one is worth nothing', async () => {
    const Retry = [{ ErrorEquals: ['Again'], MaxAttempts: 1 }];
    await begin(machine({ A: waitForAnswer({ Retry }) }));
    api('SendTaskFailure', { taskToken: tokens()[0], error: 'Again' });
    await fresh.current.idle();
    expect(new Set(tokens()).size).toBe(2);
    const late = api('SendTaskSuccess', { taskToken: tokens()[0], output: '1' });
    expect(late).toMatchObject({ status: 400, body: { __type: 'TaskTimedOut' } });
    expect(api('SendTaskSuccess', { taskToken: tokens()[1], output: '1' }).status).toBe(200);
  });

  it.each([
    ['seconds', { TimeoutSeconds: 3600 }, {}],
    ['seconds in the input', { TimeoutSecondsPath: '$.patience' }, { patience: 3600 }],
  ])('gives up by the clock alone, after its %s', async (_, limit, extra) => {
    const Catch = [{ ErrorEquals: ['States.Timeout'], ResultPath: '$.error', Next: 'B' }];
    const definition = machine({ A: waitForAnswer({ ...limit, Catch }), B: { Type: 'Pass', End: true } });
    await fresh.current.runDefinition(definition, { subject: 's', ...extra });
    await fresh.current.clock.advanceTo(inSeconds(3599), fresh.current.idle);
    expect(status()).toBe('RUNNING');
    await fresh.current.clock.advanceTo(inSeconds(3600), fresh.current.idle);
    expect(fresh.current.outputOf()).toMatchObject({ error: { Error: 'States.Timeout' } });
    const late = api('SendTaskSuccess', { taskToken: tokens()[0], output: '1' });
    expect(late.body).toMatchObject({ __type: 'TaskTimedOut' });
  });

  it('fails with its function', async () => {
    fresh.current.answers['ask'] = () => {
      throw Object.assign(new Error('no'), { name: 'NoSuchApprover' });
    };
    await begin(machine({ A: waitForAnswer() }));
    expect(fresh.current.functions.list()[0]).toMatchObject({ status: 'FAILED', error: 'NoSuchApprover' });
  });

  it.each([
    ['SendTaskSuccess', { taskToken: 'made up', output: '1' }, 'InvalidToken'],
    ['SendTaskSuccess', { output: '1' }, 'ValidationException'],
  ])('refuses a wrong %s %j', (operation, body, error) => {
    expect(api(operation, body)).toMatchObject({ status: 400, body: { __type: error } });
  });

  it('refuses output that is no JSON', async () => {
    await begin(machine({ A: waitForAnswer() }));
    const answer = api('SendTaskSuccess', { taskToken: tokens()[0], output: '{' });
    expect(answer.body).toMatchObject({ __type: 'InvalidOutput' });
  });
});

describe('an execution', () => {
  it('is aborted by StopExecution, and stays as it ended', async () => {
    await begin(machine({ A: waitForAnswer() }));
    expect(api('StopExecution', { executionArn: arn, error: 'Operator', cause: 'a mistake' })).toEqual({
      status: 200,
      body: { stopDate: harnessStart.getTime() / 1000 },
    });
    api('StopExecution', { executionArn: arn, cause: 'another' });
    expect(api('DescribeExecution', { executionArn: arn }).body).toMatchObject({
      status: 'ABORTED',
      error: 'Operator',
      cause: 'a mistake',
    });
    const listed = api('ListExecutions', { stateMachineArn: machineArn('m'), statusFilter: 'ABORTED' });
    expect(listed.body).toMatchObject({ executions: [{ name: 'run-1' }] });
    await fresh.current.idle();
    expect(fresh.current.functions.waiting).toBe(0);
  });

  it('times out as a whole by the clock, tokens or not', async () => {
    await begin({ ...machine({ A: waitForAnswer() }), TimeoutSeconds: 60 });
    await fresh.current.clock.advanceTo(inSeconds(60), fresh.current.idle);
    expect(status()).toBe('TIMED_OUT');
  });

  it('keeps its state through a loop of eighty turns, with a pause in each', async () => {
    const turns = 80;
    fresh.current.answers['page'] = ({ next }) => ({
      next: Number(next) + 1,
      done: Number(next) + 1 >= turns,
    });
    const definition = machine({
      A: {
        Type: 'Task',
        Resource: testFunctionArn('page'),
        ResultPath: '$.page',
        InputPath: '$.page',
        Next: 'B',
      },
      B: {
        Type: 'Choice',
        Choices: [{ Variable: '$.page.done', BooleanEquals: true, Next: 'C' }],
        Default: 'D',
      },
      C: { Type: 'Succeed' },
      D: { Type: 'Wait', Seconds: 15, Next: 'A' },
    });
    await fresh.current.runDefinition(definition, { kept: 'as it was', page: { next: 0 } });
    await fresh.current.clock.advanceTo(inSeconds(15 * turns), fresh.current.idle);
    expect(fresh.current.outputOf()).toEqual({ kept: 'as it was', page: { next: turns, done: true } });
    expect(fresh.current.calls.map(({ payload }) => payload['next'])).toEqual([...Array(turns).keys()]);
    const stopped = fresh.current.functions.describeExecution(arn).stoppedAt;
    expect(stopped).toEqual(inSeconds(15 * (turns - 1)));
  });

  it('is caught as a whole where it is one branch, however deep it fails', async () => {
    fresh.current.answers['f'] = () => {
      throw Object.assign(new Error('no'), { name: 'Broken' });
    };
    const branch = machine(
      {
        B: { Type: 'Pass', Next: 'C' },
        C: { Type: 'Task', Resource: testFunctionArn('f'), End: true },
      },
      'B',
    );
    const definition = machine({
      A: {
        Type: 'Parallel',
        Branches: [branch],
        Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'D' }],
        End: true,
      },
      D: { Type: 'Pass', End: true },
    });
    await begin(definition);
    expect(fresh.current.outputOf()).toMatchObject({ subject: 'user/alice', error: { Error: 'Broken' } });
  });

  it('asks for each item of an inline map with a token of its own', async () => {
    const definition = machine({
      A: {
        Type: 'Map',
        ItemsPath: '$.people',
        ItemProcessor: machine({ B: waitForAnswer() }, 'B'),
        End: true,
      },
    });
    const people = [{ subject: 'a' }, { subject: 'b' }];
    await fresh.current.runDefinition(definition, { people });
    for (const { payload } of fresh.current.calls) {
      api('SendTaskSuccess', {
        taskToken: payload['token'],
        output: JSON.stringify(`${payload['subject']}!`),
      });
    }
    await fresh.current.idle();
    expect(fresh.current.outputOf()).toEqual(['a!', 'b!']);
  });
});
