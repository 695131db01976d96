import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StateMachine } from 'aws-local-stepfunctions';
import { workflowSteps } from '../../../lambda/domain/control/hold-task.ts';
import { build, resources } from '../build.ts';
import { type Definition, definitionOf, type State } from './state-machines.ts';

const { workflowOrchestration } = build();
const suspension = definitionOf(workflowOrchestration, 'suspension');
const restoration = definitionOf(workflowOrchestration, 'restoration');
const halt = definitionOf(workflowOrchestration, 'halt');
const override = definitionOf(workflowOrchestration, 'override');
const machines: [string, Definition][] = [
  ['suspension', suspension],
  ['restoration', restoration],
  ['halt', halt],
  ['resume', definitionOf(workflowOrchestration, 'resume')],
  ['override', override],
];
const deciding = machines.filter(([name]) => name !== 'override');

test.each(machines)('The %s machine is the one that was reviewed', (name, definition) => {
  const file = join(import.meta.dirname, '__golden__', `${name}.asl.json`);
  // `UPDATE_GOLDEN=1 npx jest test/lib/workflows` writes the file anew: review the difference.
  if (process.env['UPDATE_GOLDEN']) writeFileSync(file, `${JSON.stringify(definition, null, 2)}\n`);

  expect(definition).toEqual(JSON.parse(readFileSync(file, 'utf8')));
});

describe.each(deciding)('Each task of the %s machine', (_, { States }) => {
  const tasks = Object.entries(States).filter(([, { Type }]) => Type === 'Task') as [
    string,
    State & { Catch: { Next: string }[]; Retry: { ErrorEquals: string[] }[]; ResultPath: string },
  ][];

  test.each(tasks)('"%s" has retries, a timeout, and a failure that ends in a named place', (_name, task) => {
    expect(['Record the failure', 'Needs an operator']).toContain(task.Catch[0]?.Next);
    expect(task.Retry.flatMap(({ ErrorEquals }) => ErrorEquals)).toEqual([
      'Lambda.TooManyRequestsException',
      'FenceBusyError',
      'LeaseHeldError',
      'NotReadBackError',
      'States.TaskFailed',
    ]);
    expect(task['TimeoutSeconds']).toBeGreaterThan(0);
  });

  test('has a result path of its own', () => {
    const shared = tasks.map(([, { ResultPath }]) => ResultPath).filter((path) => path !== '$.confirmation');

    expect(new Set(shared).size).toBe(shared.length);
  });
});

describe('The machines', () => {
  test('use every step of the holds function between them', () => {
    const steps = deciding.flatMap(([, { States }]) =>
      Object.values(States).map(({ Parameters }) => (Parameters as { step?: string } | undefined)?.step),
    );

    expect(new Set(steps.filter(Boolean))).toEqual(new Set(workflowSteps));
  });

  test('live longer than the grace period of their stage', () => {
    const stage = build({ settings: { mode: 'enforce', graceSeconds: 86_400 } });

    expect(definitionOf(stage.workflowOrchestration, 'suspension').TimeoutSeconds).toBe(86_400 + 7_200);
  });

  test.each(deciding.map(([name]) => name))('raise an alarm when a %s fails or times out', (name) => {
    const alarms = Object.values(resources(workflowOrchestration, 'AWS::CloudWatch::Alarm')).map(
      ({ Properties }) => [Properties['AlarmName'], Properties['MetricName']],
    );

    expect(alarms).toEqual(
      expect.arrayContaining([
        [`bedrock-budgeteer-test-${name}-failed`, 'ExecutionsFailed'],
        [`bedrock-budgeteer-test-${name}-timed-out`, 'ExecutionsTimedOut'],
      ]),
    );
  });
});

/** Plays a definition with answers by step (or `enforce`); tells which were called and how it ended. */
async function play(
  definition: Definition,
  answers: Readonly<Record<string, unknown>>,
  input: object = { subject: 'user/alice', window: 'month:2026-11', cause: 'own' },
) {
  const calls: { readonly step: string }[] = [];
  const answer = (call: { readonly step: string }) => {
    calls.push(call);
    const given = answers[call.step];
    const next = Array.isArray(given) ? given.shift() : given;
    if (next instanceof Error) throw next;
    return next ?? {};
  };
  const states = Object.entries(definition.States);
  const tasks = states.filter(([, { Type }]) => Type === 'Task');
  const machine = new StateMachine(definition as never, { validationOptions: { checkArn: false } });
  const execution = machine.run(input as never, {
    context: { Execution: { Name: 'the-execution' } } as never,
    overrides: {
      taskResourceLocalHandlers: Object.fromEntries(
        tasks.map(([name]) => [
          name,
          async (payload: unknown) => answer({ step: 'enforce', ...(payload as object) }),
        ]),
      ),
      waitTimeOverrides: { 'Wait out the grace period': 0 },
      retryIntervalOverrides: Object.fromEntries(tasks.map(([name]) => [name, 0])),
    },
  });
  const ending = await execution.result.then(
    () => 'SUCCEEDED',
    (error: Error) => `FAILED: ${error.message}`,
  );
  return { calls, steps: calls.map(({ step }) => step), ending };
}

const confirmed = { confirmed: true, graceSeconds: 0 };
const matched = { outcome: 'matched', level: 'suspended' };
const named = (name: string, message: string) => Object.assign(new Error(message), { name });

describe('A suspension', () => {
  test('places the hold, lets the enforcer attach the deny, and reports it', async () => {
    const { steps, calls, ending } = await play(suspension, {
      'confirm-suspension': confirmed,
      enforce: matched,
    });

    expect(steps).toEqual(['confirm-suspension', 'place-hold', 'enforce', 'report-suspension']);
    expect(ending).toBe('SUCCEEDED');
    expect(calls[0]).toEqual({
      step: 'confirm-suspension',
      input: { subject: 'user/alice', window: 'month:2026-11', cause: 'own' },
      execution: 'the-execution',
    });
    expect(calls[2]).toEqual({ step: 'enforce', subject: 'user/alice' });
  });

  test('stands down where the budget holds again', async () => {
    const { steps, ending } = await play(suspension, {
      'confirm-suspension': { confirmed: false, graceSeconds: 60 },
    });

    expect(steps).toEqual(['confirm-suspension', 'stand-down']);
    expect(ending).toBe('SUCCEEDED');
  });

  test('announces a grace period and checks once more after it', async () => {
    const { steps } = await play(suspension, {
      'confirm-suspension': { confirmed: true, graceSeconds: 1 },
      enforce: matched,
    });

    expect(steps).toEqual([
      'confirm-suspension',
      'begin-grace',
      'confirm-suspension',
      'place-hold',
      'enforce',
      'report-suspension',
    ]);
  });

  test('stands down where the budget was raised during the grace period', async () => {
    const { steps } = await play(suspension, {
      'confirm-suspension': [
        { confirmed: true, graceSeconds: 1 },
        { confirmed: false, graceSeconds: 1 },
      ],
    });

    expect(steps).toEqual(['confirm-suspension', 'begin-grace', 'confirm-suspension', 'stand-down']);
  });

  test('of a principal that nothing can stop is recorded and fails', async () => {
    const { calls, steps, ending } = await play(suspension, {
      'confirm-suspension': confirmed,
      enforce: { outcome: 'unenforceable', level: 'none', reason: 'only AWS can change this role' },
    });

    expect(steps).toEqual(['confirm-suspension', 'place-hold', 'enforce', 'record-failure']);
    expect(calls[3]).toMatchObject({
      error: { Error: 'Unenforceable', Cause: 'only AWS can change this role' },
    });
    expect(ending).toMatch(/^FAILED/);
  });

  test('waits for another enforcer and for IAM to show the change', async () => {
    const { steps, ending } = await play(suspension, {
      'confirm-suspension': confirmed,
      enforce: [named('LeaseHeldError', 'held'), named('NotReadBackError', 'not yet'), matched],
    });

    expect(steps.filter((step) => step === 'enforce')).toHaveLength(3);
    expect(ending).toBe('SUCCEEDED');
  });

  test('that cannot be enforced is recorded with its error', async () => {
    const { calls, ending } = await play(suspension, {
      'confirm-suspension': confirmed,
      enforce: named('AccessDeniedException', 'not authorised'),
    });

    expect(calls.at(-1)).toMatchObject({ step: 'record-failure', error: { Error: 'AccessDeniedException' } });
    expect(ending).toMatch(/^FAILED/);
  });

  test('fails for an operator even where the failure cannot be recorded', async () => {
    const { ending } = await play(suspension, {
      'confirm-suspension': named('ResourceNotFoundException', 'no table'),
      'record-failure': named('ResourceNotFoundException', 'no table'),
    });

    expect(ending).toMatch(/^FAILED/);
  });
});

describe('A restoration', () => {
  test('releases the hold, makes IAM match, and reports it', async () => {
    const { steps, ending } = await play(restoration, { 'confirm-release': confirmed, enforce: matched });

    expect(steps).toEqual(['confirm-release', 'release-hold', 'enforce', 'report-release']);
    expect(ending).toBe('SUCCEEDED');
  });

  test('stands down where the new window is used up too', async () => {
    const { steps, ending } = await play(restoration, {
      'confirm-release': { confirmed: false, graceSeconds: 0 },
    });

    expect(steps).toEqual(['confirm-release', 'stand-down']);
    expect(ending).toBe('SUCCEEDED');
  });

  test('that fails is recorded and fails for an operator', async () => {
    const { steps, ending } = await play(restoration, {
      'confirm-release': confirmed,
      'release-hold': named('ProvisionedThroughputExceededException', 'too fast'),
    });

    expect(steps.at(-1)).toBe('record-failure');
    expect(ending).toMatch(/^FAILED/);
  });
});

describe('A halt', () => {
  const portion = {
    cursor: '',
    done: true,
    overtaken: false,
    seen: 3,
    changed: 3,
    unenforceable: 0,
    failed: 0,
  };
  const input = { subject: 'account', window: 'month:2026-11', cause: 'account' };

  test('goes on where a portion ended, and reports everyone at the end', async () => {
    const first = { ...portion, cursor: 'user/b', done: false, seen: 2 };
    const { steps, calls, ending } = await play(halt, { enforce: [first, portion] }, input);

    expect(steps).toEqual(['enforce', 'enforce', 'report-halt']);
    expect(calls[1]).toMatchObject({ workflow: 'halt', execution: 'the-execution', portion: first });
    expect(calls[2]).toMatchObject({ tally: portion });
    expect(ending).toBe('SUCCEEDED');
  });

  test('that is overtaken by a resume ends without a word', async () => {
    const { steps, ending } = await play(halt, { enforce: { ...portion, overtaken: true } }, input);

    expect([steps, ending]).toEqual([['enforce'], 'SUCCEEDED']);
  });

  test('that leaves someone fails for an operator, once it was reported', async () => {
    const { steps, ending } = await play(halt, { enforce: { ...portion, failed: 1 } }, input);

    expect(steps).toEqual(['enforce', 'report-halt']);
    expect(ending).toMatch(/^FAILED/);
  });

  test('that fails is recorded', async () => {
    const { calls, ending } = await play(halt, { enforce: named('PausedError', 'paused') }, input);

    expect(calls.at(-1)).toMatchObject({ step: 'record-failure', error: { Error: 'PausedError' } });
    expect(ending).toMatch(/^FAILED/);
  });
});

describe('An override', () => {
  const request = { action: 'suspend', subject: 'user/alice', reason: 'r', requestedBy: 'user/ops' };
  const accepted = { accepted: true, refusal: '', needsApproval: false, approvalSeconds: 60 };

  test('is checked and taken, each with the request as it came', async () => {
    const { calls, ending } = await play(override, { check: accepted }, request);

    expect(calls).toEqual([
      { step: 'check', execution: 'the-execution', request },
      { step: 'apply', execution: 'the-execution', request, approval: {} },
    ]);
    expect(ending).toBe('SUCCEEDED');
  });

  test('that is refused fails with the sentence', async () => {
    const refusal = 'It cannot be.';
    const { steps, ending } = await play(override, { check: { ...accepted, accepted: false, refusal } });

    expect(steps).toEqual(['check']);
    expect(ending).toContain(refusal);
  });

  test('whose step fails is written down, and fails with what was written', async () => {
    const { calls, ending } = await play(override, {
      check: accepted,
      apply: named('OverrideRefusedError', 'too late'),
      refuse: { error: 'OverrideRefused', cause: 'It is too late.' },
    });

    expect(calls.at(-1)).toMatchObject({ step: 'refuse', error: { Error: 'OverrideRefusedError' } });
    expect(ending).toContain('It is too late.');
  });

  test('fails even where that cannot be written down', async () => {
    const { ending } = await play(override, {
      check: named('AccessDeniedException', 'no'),
      refuse: named('AccessDeniedException', 'no'),
    });

    expect(ending).toMatch(/^FAILED: .*could not be written down/);
  });

  test('waits for a second person no longer than it was told to', () => {
    expect(override.States['Ask a second person']).toMatchObject({
      Resource: expect.stringContaining('waitForTaskToken'),
      TimeoutSecondsPath: '$.check.approvalSeconds',
    });
  });

  test('rings no alarm: a refusal is an answer to whoever asked', () => {
    const alarms = Object.values(resources(workflowOrchestration, 'AWS::CloudWatch::Alarm')).map(
      ({ Properties }) => String(Properties['AlarmName']),
    );

    expect(alarms.filter((name) => name.includes('override'))).toEqual([]);
  });
});
