import { StepFunctions } from '../../../scripts/local/aws/step-functions.ts';
import { VirtualClock } from '../../../scripts/local/clock.ts';

const account = '111122223333';
export const region = 'us-east-1';
export const harnessStart = new Date('2026-11-22T12:00:00Z');
export const inSeconds = (seconds: number) => new Date(harnessStart.getTime() + seconds * 1000);
export const testFunctionArn = (name: string) => `arn:aws:lambda:${region}:${account}:function:${name}`;
export const machineArn = (name: string) => `arn:aws:states:${region}:${account}:stateMachine:${name}`;
export const executionArn = (machine: string, name: string) =>
  `arn:aws:states:${region}:${account}:execution:${machine}:${name}`;

export class NamedError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

type Payload = Record<string, unknown>;

/** State machines whose functions are answered by the test. */
export class StateMachinesUnderTest {
  clock = new VirtualClock(harnessStart);
  functions: StepFunctions;
  readonly calls: { name: string; payload: Payload; at: Date }[] = [];
  readonly answers: Record<string, (payload: Payload) => unknown> = {
    holds: ({ step }) => (step === 'confirm' ? { confirmed: true, graceSeconds: 0 } : null),
    enforcer: () => ({ outcome: 'matched' }),
  };

  constructor() {
    this.functions = this.build({ suspension });
  }

  build(definitions: Record<string, object>): StepFunctions {
    const { clock, calls, answers } = this;
    return new StepFunctions({
      machines: Object.entries(definitions).map(([name, definition]) => ({
        arn: machineArn(name),
        name,
        definition,
      })),
      clock,
      account,
      region,
      invokeFunction: async (arn, payload) => {
        const name = arn.split(':').at(-1) ?? '';
        calls.push({ name, payload: payload as Payload, at: clock.now() });
        await new Promise((resolve) => setTimeout(resolve, 1));
        return answers[name]?.(payload as Payload);
      },
    });
  }

  async run(machine = 'suspension', given: unknown = input) {
    this.functions.startExecution(machineArn(machine), 'run-1', given);
    await this.idle();
    return this.functions.list()[0];
  }

  /** Runs a machine of its own, called m. */
  async runDefinition(definition: object, given: unknown = {}) {
    this.functions.stop();
    this.functions = this.build({ m: definition });
    return this.run('m', given);
  }

  outputOf(machine = 'm') {
    return JSON.parse(this.functions.describeExecution(executionArn(machine, 'run-1')).output ?? 'null');
  }

  readonly idle = () => this.functions.idle();
}

/** One fresh set for every test of the file. */
export function freshStateMachines(): { readonly current: StateMachinesUnderTest } {
  const holder = { current: undefined as unknown as StateMachinesUnderTest };
  beforeEach(() => {
    holder.current = new StateMachinesUnderTest();
  });
  afterEach(() => holder.current.functions.stop());
  return holder;
}

export const input = { subject: 'user/alice', window: 'month:2026-11', cause: 'own' };

const call = (step: string, rest: object) => ({
  Type: 'Task',
  Resource: testFunctionArn('holds'),
  Parameters: { step, 'input.$': '$$.Execution.Input', 'execution.$': '$$.Execution.Name' },
  ...rest,
});
const retry = [{ ErrorEquals: ['LeaseHeldError'], IntervalSeconds: 30, MaxAttempts: 3, BackoffRate: 2 }];
const failed = [{ ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: 'Record the failure' }];

/** The shape of the real one: confirm, perhaps grace, enforce with retries, record a failure. */
export const suspension = {
  StartAt: 'Is it still over?',
  TimeoutSeconds: 86_400,
  States: {
    'Is it still over?': call('confirm', { ResultPath: '$.confirmation', Catch: failed, Next: 'Confirmed?' }),
    'Confirmed?': {
      Type: 'Choice',
      Choices: [
        { Variable: '$.confirmation.confirmed', BooleanEquals: false, Next: 'Stand down' },
        { Variable: '$.confirmation.graceSeconds', NumericGreaterThan: 0, Next: 'Wait out the grace' },
      ],
      Default: 'Enforce',
    },
    'Stand down': { Type: 'Succeed' },
    'Wait out the grace': {
      Type: 'Wait',
      SecondsPath: '$.confirmation.graceSeconds',
      Next: 'Enforce',
    },
    Enforce: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: { FunctionName: testFunctionArn('enforcer'), Payload: { 'subject.$': '$.subject' } },
      ResultSelector: { 'outcome.$': '$.Payload.outcome', 'status.$': '$.StatusCode' },
      ResultPath: '$.enforcement',
      Retry: retry,
      Catch: failed,
      Next: 'Suspended',
    },
    Suspended: { Type: 'Succeed' },
    'Record the failure': call('record-failure', { ResultPath: null, Next: 'Not suspended' }),
    'Not suspended': { Type: 'Fail', Error: 'EnforcementFailed', Cause: 'Needs an operator.' },
  },
};
