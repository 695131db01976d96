/** What a task state of the rewritten definition does locally. */
export type LocalTask =
  | { readonly kind: 'wait' }
  /** The state's input is the function's payload, and the function's answer the state's result. */
  | { readonly kind: 'function'; readonly functionArn: string; readonly timeout?: TaskTimeout }
  /** `arn:aws:states:::lambda:invoke`: the input names the function, the answer is wrapped. */
  | { readonly kind: 'lambda-invoke'; readonly timeout?: TaskTimeout }
  /** `….waitForTaskToken`: the same call, but the result is what someone answers to the token. */
  | { readonly kind: 'callback'; readonly timeout?: TaskTimeout };

/** Stands in the input of a callback task where its token goes: each attempt has a token of its own. */
export const taskTokenMark = '(the token of this task)';

/** Seconds, or `in-input` where the state reads them from its input: then the input is `{ call, timeout }`. */
export type TaskTimeout = number | 'in-input';

export interface LocalDefinition {
  /** Runs on aws-local-stepfunctions: its waits and functions are tasks that `tasks` explains. */
  readonly definition: StateData;
  readonly tasks: ReadonlyMap<string, LocalTask>;
  /** Names of all states that retry. */
  readonly retrying: readonly string[];
  readonly timeoutSeconds?: number;
}

export type StateData = Record<string, unknown>;

/**
 * The interpreter gives each task 60 real seconds unless told otherwise; the virtual clock may wait for longer while
 * nobody advances it. Node's timers end at 2^31 ms, about 24.8 days.
 */
const realTimeoutSeconds = 2_000_000;

const common = ['Type', 'Comment', 'QueryLanguage', 'InputPath', 'OutputPath'];
const transition = ['Next', 'End'];
const results = ['ResultSelector', 'ResultPath', 'Retry', 'Catch'];
const fields: Readonly<Record<string, readonly string[]>> = {
  Task: [...transition, ...results, 'Parameters', 'Resource', 'TimeoutSeconds', 'TimeoutSecondsPath'],
  Wait: [...transition, 'Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath'],
  Pass: [...transition, 'Result', 'Parameters', 'ResultPath'],
  Choice: ['Choices', 'Default'],
  Succeed: [],
  Fail: ['Error', 'Cause', 'ErrorPath', 'CausePath'],
  Parallel: [...transition, ...results, 'Parameters', 'Branches'],
  Map: [
    ...transition,
    ...results,
    ...['ItemProcessor', 'Iterator', 'ItemsPath', 'ItemSelector', 'Parameters', 'MaxConcurrency'],
    'MaxConcurrencyPath',
  ],
};
const machineFields = ['StartAt', 'States', 'Comment', 'Version', 'TimeoutSeconds', 'QueryLanguage'];
const retryFields = ['ErrorEquals', 'IntervalSeconds', 'MaxAttempts', 'BackoffRate', 'MaxDelaySeconds'];
const catchFields = ['ErrorEquals', 'Next', 'ResultPath'];

/**
 * Rewrites a state machine so that everything that takes time follows the virtual clock: each Wait becomes a task,
 * time-outs are taken out and kept aside, and the context object's times come from the clock.
 *
 * @throws Error naming the state and the field that could not run as it would in AWS.
 */
export function localDefinition(machine: {
  readonly name: string;
  readonly definition: object;
}): LocalDefinition {
  const tasks = new Map<string, LocalTask>();
  const retrying: string[] = [];
  const refuse = (state: string, what: string): never => {
    throw new Error(
      `The local Step Functions cannot run the state "${state}" of ${machine.name}: ${what}. Write it another way, or extend scripts/local/aws/step-functions-definition.ts.`,
    );
  };

  function onlyFields(state: string, given: StateData, known: readonly string[]): void {
    const unknown = Object.keys(given).find((field) => !known.includes(field));
    if (unknown) refuse(state, `it does not know the field ${unknown}`);
    if (given['QueryLanguage'] !== undefined && given['QueryLanguage'] !== 'JSONPath') {
      refuse(state, 'it only knows the query language JSONPath');
    }
  }

  function machineOf(where: string, given: StateData, known: readonly string[]): StateData {
    onlyFields(where, given, known);
    const states = Object.entries(given['States'] as Record<string, StateData>);
    return {
      StartAt: given['StartAt'],
      States: Object.fromEntries(states.map(([name, state]) => [name, stateOf(name, state)])),
    };
  }

  function stateOf(name: string, given: StateData): StateData {
    const known = fields[String(given['Type'])];
    if (!known) return refuse(name, `it does not know the type ${given['Type']}`);
    onlyFields(name, given, [...common, ...known]);
    const { Comment: _comment, QueryLanguage: _language, ...rest } = given;
    const state = withVirtualContext(rest, (what) => refuse(name, what)) as StateData;
    replaceWholeResult(state);
    checkToken(name, state);
    if (state['Retry']) retrying.push(name);
    for (const retrier of listOf(state['Retry'])) {
      onlyFields(name, retrier, [...retryFields, 'JitterStrategy', 'Comment']);
    }
    for (const catcher of listOf(state['Catch'])) {
      onlyFields(name, catcher, [...catchFields, 'Comment']);
      replaceWholeResult(catcher);
    }
    switch (state['Type']) {
      case 'Wait':
        return asTask(name, waitTask(state), { kind: 'wait' });
      case 'Task':
        return taskOf(name, state);
      case 'Parallel':
        return {
          ...state,
          Branches: listOf(state['Branches']).map((each) => machineOf(name, each, machineFields)),
        };
      case 'Map': {
        const { ItemProcessor, Iterator, ...map } = state;
        const { ProcessorConfig: config, ...iterated } = (ItemProcessor ?? Iterator) as StateData;
        const mode = (config as StateData | undefined)?.['Mode'] ?? 'INLINE';
        if (mode !== 'INLINE') refuse(name, 'it only knows inline maps');
        return { ...map, ItemProcessor: machineOf(name, iterated, machineFields) };
      }
      case 'Pass':
        if ('Result' in state && !state['Result']) refuse(name, 'the interpreter loses an empty Result');
        return state;
      case 'Fail':
        for (const path of [state['ErrorPath'], state['CausePath']]) {
          if (typeof path === 'string' && !path.startsWith('$'))
            refuse(name, 'it only knows plain paths here');
        }
        return state;
      default:
        return state;
    }
  }

  function checkToken(name: string, state: StateData): void {
    const { Branches: _branches, ItemProcessor: _processor, Iterator: _iterator, ...own } = state;
    const waits = /:lambda:invoke\.waitForTaskToken$/.test(String(state['Resource']));
    if (waits !== JSON.stringify(own).includes(taskTokenMark)) {
      refuse(name, '$$.Task.Token and .waitForTaskToken go together');
    }
  }

  function taskOf(name: string, state: StateData): StateData {
    const { TimeoutSeconds: seconds, TimeoutSecondsPath: secondsPath, ...task } = state;
    const resource = String(task['Resource']);
    const isFunction = /^arn:[^:]+:lambda:[^:]+:\d{12}:function:.+$/.test(resource);
    const invoke = /^arn:[^:]+:states:::lambda:invoke(\.waitForTaskToken)?$/.exec(resource);
    if (!isFunction && !invoke) {
      refuse(name, `it only runs Lambda functions, not ${JSON.stringify(task['Resource'])}`);
    }
    const isCallback = invoke?.[1] !== undefined;
    const timeout = secondsPath === undefined ? (seconds as number | undefined) : ('in-input' as const);
    const local: LocalTask = {
      ...(isFunction
        ? { kind: 'function', functionArn: resource }
        : { kind: isCallback ? 'callback' : 'lambda-invoke' }),
      ...(timeout !== undefined && { timeout }),
    };
    if (secondsPath === undefined) return asTask(name, task, local);
    const call = 'Parameters' in task ? { call: task['Parameters'] } : { 'call.$': '$' };
    return asTask(name, { ...task, Parameters: { ...call, 'timeout.$': secondsPath } }, local);
  }

  function asTask(name: string, state: StateData, task: LocalTask): StateData {
    if (tasks.has(name)) refuse(name, 'the name is used twice');
    tasks.set(name, task);
    return { ...state, TimeoutSeconds: realTimeoutSeconds };
  }

  const given = machine.definition as StateData;
  const definition = machineOf('(the machine)', given, machineFields);
  const timeoutSeconds = given['TimeoutSeconds'] as number | undefined;
  return { definition, tasks, retrying, ...(timeoutSeconds !== undefined && { timeoutSeconds }) };
}

/** The interpreter finds out the time to wait for (it may stand in the input or the context) and hands it over. */
function waitTask(state: StateData): StateData {
  const { Seconds, SecondsPath, Timestamp, TimestampPath, ...rest } = state;
  const wait = {
    ...(Seconds !== undefined && { seconds: Seconds }),
    ...(SecondsPath !== undefined && { 'seconds.$': SecondsPath }),
    ...(Timestamp !== undefined && { timestamp: Timestamp }),
    ...(TimestampPath !== undefined && { 'timestamp.$': TimestampPath }),
  };
  return {
    ...rest,
    Type: 'Task',
    Resource: 'arn:aws:states:::local:wait',
    Parameters: { 'input.$': '$', wait },
  };
}

/** `$` means the whole result, which the interpreter would file under a member named "$". */
function replaceWholeResult(state: StateData): void {
  if (state['ResultPath'] === '$') delete state['ResultPath'];
}

/** The interpreter writes the real time and a nested machine's input into `$$.Execution`; ours stands beside it. */
function withVirtualContext(value: unknown, refuse: (what: string) => never, key = ''): unknown {
  if (Array.isArray(value)) return value.map((each) => withVirtualContext(each, refuse, key));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) =>
        each === '$$.Task.Token' && name.endsWith('.$')
          ? [name.slice(0, -'.$'.length), taskTokenMark]
          : [name, isNested(name) ? each : withVirtualContext(each, refuse, name)],
      ),
    );
  }
  if (typeof value !== 'string' || !/(?:\.\$|Path|^Variable)$/.test(key)) return value;
  const path = value
    .replaceAll(/\$\$\.Execution\b/g, () => '$$.LocalExecution')
    .replaceAll(/\$\$\.State\.EnteredTime\b/g, () => '$$.LocalState.EnteredTime');
  if (/\$\$(?!\.(?:LocalExecution|LocalState|StateMachine|Map)\b)/.test(path)) {
    refuse(`the context object has no ${value} here`);
  }
  return path;
}

/** The states within are rewritten in their own turn. */
function isNested(field: string): boolean {
  return field === 'Branches' || field === 'ItemProcessor' || field === 'Iterator';
}

function listOf(value: unknown): StateData[] {
  return Array.isArray(value) ? value : [];
}
