import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDbSubjects } from '../../lambda/adapters/dynamodb/subjects.ts';
import { assertNever } from '../../lambda/domain/assert-never.ts';
import { setBudget } from '../../lambda/use-cases/budgets/set-budget.ts';
import { setPaused } from '../../lambda/use-cases/enforcement/pause.ts';
import { explainRefusal } from '../command-line/budget-refusal.ts';
import { collectResult } from './collect-result.ts';
import { actOnIam } from './iam-act.ts';
import { approve, orderScenarioOverride } from './override-act.ts';
import type { ActResult, Plan, ScenarioStep } from './plan.ts';
import type { InvocationResult, RunResult } from './result.ts';
import type { RunningStack } from './running-stack.ts';

/** How far a run has come. */
export interface RunProgress {
  readonly now: Date;
  readonly linesDelivered: number;
  readonly linesInAll: number;
}

/**
 * Takes a plan's steps in order. Deliveries that follow one another are on their way together; everything else waits
 * until the stack is at rest, so that a run always ends the same.
 */
export async function runPlan(
  plan: Plan,
  stack: RunningStack,
  onProgress: (progress: RunProgress) => void = () => {},
): Promise<RunResult & { readonly acts?: readonly ActResult[] }> {
  const linesInAll = plan.steps.reduce((sum, step) => sum + linesOf(step), 0);
  const invocations: InvocationResult[] = [];
  const acts: ActResult[] = [];
  let linesDelivered = 0;
  for (const step of plan.steps) {
    if (step.kind !== 'deliver' && step.kind !== 'report') await stack.settle();
    const asked = await take(step, stack, plan);
    if (asked !== undefined && 'decision' in asked) invocations.push(asked);
    else if (asked !== undefined) acts.push(asked);
    linesDelivered += linesOf(step);
    onProgress({ now: stack.now(), linesDelivered, linesInAll });
  }
  await stack.settle();
  const result = await collectResult(plan, stack, invocations);
  return acts.length > 0 ? { ...result, acts } : result;
}

async function take(
  step: ScenarioStep,
  stack: RunningStack,
  { settings }: Pick<Plan, 'settings'>,
): Promise<InvocationResult | ActResult | undefined> {
  switch (step.kind) {
    case 'deliver':
      for (let time = 0; time < step.times; time++) await stack.deliver(step.via, step.lines, step.options);
      return undefined;
    case 'report':
      for (let time = 0; time < step.times; time++) await stack.report(step.events);
      return undefined;
    case 'settle':
      return undefined;
    case 'advance':
      await stack.advanceTo(step.to);
      return undefined;
    case 'setBudget':
      await operate(step, stack, settings);
      return undefined;
    case 'override':
      return orderScenarioOverride(step, stack, (paused, by) =>
        setPaused(paused, by, { ...operatorDeps(stack), settings }),
      );
    case 'approve':
      return approve(step, stack);
    case 'iam':
      return actOnIam(step, stack);
    case 'invoke': {
      const { kind: _kind, ...call } = step;
      return { ...call, ...(await stack.invoke(call)), at: stack.now().toISOString() };
    }
    default:
      return assertNever(step);
  }
}

/** What the operator command does, on the local tables. */
export async function operate(
  step: Pick<Extract<ScenarioStep, { kind: 'setBudget' }>, 'subject' | 'spec' | 'reason'>,
  stack: RunningStack,
  settings: Plan['settings'],
): Promise<void> {
  const by = { actor: 'operator', reason: step.reason };
  await explainRefusal(setBudget(step.subject, step.spec, by, { ...operatorDeps(stack), settings }));
}

function operatorDeps(stack: RunningStack) {
  const clock = () => stack.now();
  return { subjects: new DynamoDbSubjects(stack.client, stack.tables, clock, sleep), clock };
}

function linesOf(step: ScenarioStep): number {
  if (step.kind === 'report') return step.events.length * step.times;
  return step.kind === 'deliver' ? step.lines.length * step.times : 0;
}
