import { Duration } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { type EveryoneTask, firstPortion, type SwitchTask } from '../../lambda/contracts/workflows.ts';
import { WorkflowMachine, type WorkflowMachineProps } from './workflow-machine.ts';
import { WorkflowStory } from './workflow-story.ts';
import { holdPayload, type WorkflowFunctions, WorkflowTask } from './workflow-task.ts';

type HaltWorkflow = EveryoneTask['workflow'];

export interface HaltMachineProps extends WorkflowMachineProps {
  readonly workflow: HaltWorkflow;
  /** Enforces a portion of the list of principals. */
  readonly enforceEveryone: lambda.Function;
  /** Sets the halt switch. @default the stage has none */
  readonly haltSwitch?: lambda.Function | undefined;
}

/** A call of IAM and its read-back take seconds. */
const switchPatience = Duration.seconds(15);

/** Ten thousand principals at a pace that leaves IAM to others take under an hour. */
const longest = Duration.hours(10);

/**
 * Stops everyone in the account, or gives everyone back what a halt took. The account's hold is placed before it starts,
 * so that whoever spends meanwhile, or is first seen meanwhile, is stopped by its own evaluation.
 *
 * 1. Begin with the top spenders: the list has every principal by its burn rate. Where the stage has a halt switch,
 *    set it first: one call for everyone who carries it. Should that fail, the list of principals goes on all the same.
 * 2. Enforce the next principals, at a limited pace, until the function's time is up; continue where it ended.
 * 3. Report the result. The sweep tries failed principals again, and the execution fails, so that an operator sees it.
 *
 * Overtaken by its opposite, it ends without a report. A portion that fails is repeated; a second run of it changes nothing.
 */
export class HaltMachine extends WorkflowMachine {
  constructor(scope: Construct, id: string, props: HaltMachineProps) {
    super(scope, id, {
      ...props,
      name: props.workflow,
      calls: [props.holds, props.enforceEveryone, ...(props.haltSwitch ? [props.haltSwitch] : [])],
      definition: new HaltStory(new Construct(scope, `${id}Story`), props).begin,
      waits: longest,
    });
  }
}

const words = {
  halt: { everyone: 'Everyone is stopped', next: 'Stop the next principals', report: 'Report the halt' },
  resume: {
    everyone: 'Everyone has been given back what the halt took',
    next: 'Free the next principals',
    report: 'Report the resume',
  },
} as const satisfies Record<HaltWorkflow, object>;

type HaltStoryProps = WorkflowFunctions &
  Pick<HaltMachineProps, 'workflow' | 'enforceEveryone' | 'haltSwitch'>;

class HaltStory extends WorkflowStory {
  readonly begin: sfn.IChainable;
  readonly #workflow: HaltWorkflow;
  readonly #enforceEveryone: lambda.Function;

  constructor(scope: Construct, props: HaltStoryProps) {
    super(scope, props);
    const { workflow, enforceEveryone, haltSwitch } = props;
    this.#workflow = workflow;
    this.#enforceEveryone = enforceEveryone;

    const nextNext = this.#nextNext();
    const report = this.#report().next(
      new sfn.Choice(scope, 'Is anyone left?')
        .when(sfn.Condition.numberGreaterThan('$.portion.failed', 0), this.#someLeft())
        .otherwise(new sfn.Succeed(scope, words[workflow].everyone)),
    );
    const begun = this.#beginWithTopSpenders();
    const first = haltSwitch ? begun.next(this.#setHaltSwitch(haltSwitch, nextNext)) : begun;
    this.begin = first
      .next(nextNext)
      .next(
        new sfn.Choice(scope, 'Is everyone enforced?')
          .when(sfn.Condition.booleanEquals('$.portion.overtaken', true), new sfn.Succeed(scope, 'Overtaken'))
          .when(sfn.Condition.booleanEquals('$.portion.done', true), report)
          .otherwise(nextNext),
      );
  }

  #beginWithTopSpenders() {
    return new sfn.Pass(this.scope, 'Begin with the top spenders', {
      parameters: { ...firstPortion },
      resultPath: '$.portion',
    });
  }

  #setHaltSwitch(fn: lambda.Function, nextNext: sfn.IChainable) {
    const task: SwitchTask = { attach: false };
    return new WorkflowTask(this.scope, 'Set the halt switch', {
      ...{ fn, payload: { ...task }, resultPath: '$.switch' },
      // The list of principals does the same, one by one, and must not wait for it.
      patience: switchPatience,
      ...{ catchTo: nextNext, errorPath: '$.switchFailed' },
    });
  }

  #nextNext() {
    return new WorkflowTask(this.scope, words[this.#workflow].next, {
      fn: this.#enforceEveryone,
      payload: {
        workflow: this.#workflow,
        execution: sfn.JsonPath.stringAt('$$.Execution.Name'),
        portion: sfn.JsonPath.objectAt('$.portion'),
      },
      resultPath: '$.portion',
      catchTo: this.failed,
    });
  }

  #report() {
    return new WorkflowTask(this.scope, words[this.#workflow].report, {
      fn: this.functions.holds,
      payload: {
        ...holdPayload(this.#workflow === 'halt' ? 'report-halt' : 'report-resume'),
        tally: sfn.JsonPath.objectAt('$.portion'),
      },
      resultPath: '$.report',
      catchTo: this.failed,
    });
  }

  #someLeft() {
    return new sfn.Fail(this.scope, 'Some need an operator', {
      error: 'SomeLeft',
      cause: 'Some principals could not be enforced; the sweep tries them again, and status names them.',
    });
  }
}
