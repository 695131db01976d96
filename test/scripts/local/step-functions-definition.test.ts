import { freshStateMachines, NamedError, testFunctionArn } from './step-functions-harness.ts';

const fresh = freshStateMachines();

test("a function's error reaches Catch with its type, and the rest as JSON", async () => {
  fresh.current.answers['f'] = () => {
    throw new NamedError('MissingEnvironmentError', 'no TABLE');
  };
  const definition = (rest: object) => ({
    StartAt: 'T',
    States: {
      T: { Type: 'Task', Resource: testFunctionArn('f'), End: true, ...rest },
      C: { Type: 'Pass', Parameters: { 'cause.$': 'States.StringToJson($.Cause)' }, End: true },
    },
  });
  await fresh.current.runDefinition(
    definition({ Catch: [{ ErrorEquals: ['MissingEnvironmentError'], ResultPath: '$', Next: 'C' }] }),
  );
  expect(fresh.current.outputOf()).toEqual({
    cause: { errorType: 'MissingEnvironmentError', errorMessage: 'no TABLE', trace: [] },
  });
  const { C: _unreachable, ...alone } = definition({}).States;
  const uncaught = await fresh.current.runDefinition({ StartAt: 'T', States: alone });
  expect(uncaught).toMatchObject({ status: 'FAILED', error: 'MissingEnvironmentError' });
  expect(JSON.parse(uncaught?.cause ?? '')).toMatchObject({ errorMessage: 'no TABLE' });
});

test('a function that answers nothing answers null, and ResultPath $ is the whole result', async () => {
  fresh.current.answers['f'] = () => undefined;
  const T = { Type: 'Task', Resource: testFunctionArn('f'), ResultPath: '$', End: true };
  await fresh.current.runDefinition({ StartAt: 'T', States: { T } }, { a: 1 });
  expect(fresh.current.outputOf()).toBeNull();
});

test.each([
  ['JSONata', { QueryLanguage: 'JSONata', StartAt: 'A', States: { A: { Type: 'Succeed' } } }, 'JSONPath'],
  ['variables', { StartAt: 'A', States: { A: { Type: 'Pass', Assign: { x: 1 }, End: true } } }, 'Assign'],
  [
    'a token that nobody is told',
    {
      StartAt: 'A',
      States: { A: { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken', End: true } },
    },
    'go together',
  ],
  [
    'heartbeats',
    {
      StartAt: 'A',
      States: { A: { Type: 'Task', Resource: testFunctionArn('f'), HeartbeatSeconds: 5, End: true } },
    },
    'HeartbeatSeconds',
  ],
  [
    'unresolved references',
    { StartAt: 'A', States: { A: { Type: 'Task', Resource: { 'Fn::GetAtt': ['F', 'Arn'] }, End: true } } },
    'only runs Lambda functions',
  ],
  [
    'distributed maps',
    {
      StartAt: 'A',
      States: {
        A: {
          Type: 'Map',
          ItemProcessor: {
            ProcessorConfig: { Mode: 'DISTRIBUTED' },
            StartAt: 'B',
            States: { B: { Type: 'Succeed' } },
          },
          End: true,
        },
      },
    },
    'inline maps',
  ],
  [
    'parts of the context object it lacks',
    { StartAt: 'A', States: { A: { Type: 'Pass', Parameters: { 'x.$': '$$.Task.Token' }, End: true } } },
    '$$.Task.Token',
  ],
  [
    'a state that leads nowhere',
    { StartAt: 'A', States: { A: { Type: 'Pass', Next: 'B' } } },
    'is not valid',
  ],
])('%s: refused before anything starts', (_name, definition, message) => {
  expect(() => fresh.current.build({ m: definition })).toThrow(message);
});
