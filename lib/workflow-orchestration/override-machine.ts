import type { Duration } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { type OverrideStep, overrideErrors } from '../../lambda/contracts/override.ts';
import { WorkflowMachine, type WorkflowMachineProps } from './workflow-machine.ts';
import { WorkflowTask } from './workflow-task.ts';

export interface OverrideMachineProps extends WorkflowMachineProps {
  /** Judges and takes orders. */
  readonly overrides: lambda.Function;
  /** How long an order may wait for a second person. */
  readonly approvalTime: Duration;
}

/**
 * Takes an operator's order: extend, set-limit, exempt, restore, suspend, halt, resume, pause or unpause.
 *
 * 1. Keep the request as it came, apart from what the steps find out.
 * 2. Check the request. One that cannot be followed is refused: written down, and the execution fails with the reason.
 * 3. Where it gives away much, ask a second person, and wait for the answer. A rejection, or none in time, is written
 *    down like a refusal.
 * 4. Take the order. It becomes a part of its subject's state; evaluation follows it within seconds, and ends it at its
 *    expiry by itself.
 */
export class OverrideMachine extends WorkflowMachine {
  constructor(scope: Construct, id: string, props: OverrideMachineProps) {
    super(scope, id, {
      ...props,
      name: 'override',
      calls: [props.overrides],
      definition: new OverrideStory(new Construct(scope, `${id}Story`), props.overrides).begin,
      waits: props.approvalTime,
      // A refusal fails the execution, and is an answer.
      failureIsNormal: true,
    });
  }
}

const execution = sfn.JsonPath.stringAt('$$.Execution.Name');
const request = sfn.JsonPath.objectAt('$.request');

class OverrideStory {
  readonly begin: sfn.IChainable;
  readonly #scope: Construct;
  readonly #overrides: lambda.Function;
  /** Where a step that fails leads: the failure is written down, and the execution fails. */
  readonly #refuse: sfn.IChainable;

  constructor(scope: Construct, overrides: lambda.Function) {
    this.#scope = scope;
    this.#overrides = overrides;
    this.#refuse = this.#writeRefusalDown();

    const take = this.#takeOrder().next(new sfn.Succeed(scope, 'Taken'));
    const approved = this.#askSecondPerson().next(take);
    const alone = this.#nobodyElse().next(take);
    this.begin = this.#keepRequest()
      .next(this.#checkRequest())
      .next(
        new sfn.Choice(scope, 'Can it be followed?')
          .when(sfn.Condition.booleanEquals('$.check.accepted', false), this.#refused())
          .when(sfn.Condition.booleanEquals('$.check.needsApproval', true), approved)
          .otherwise(alone),
      );
  }

  #keepRequest() {
    return new sfn.Pass(this.#scope, 'Keep the request as it came', {
      parameters: { request: sfn.JsonPath.objectAt('$') },
    });
  }

  #checkRequest() {
    return this.#step('Check the request', 'check', '$.check');
  }

  #refused() {
    return new sfn.Fail(this.#scope, 'Refused', {
      error: overrideErrors.refused,
      causePath: '$.check.refusal',
    });
  }

  #askSecondPerson() {
    const step: OverrideStep = 'ask-approval';
    return new LambdaInvoke(this.#scope, 'Ask a second person', {
      lambdaFunction: this.#overrides,
      integrationPattern: sfn.IntegrationPattern.WAIT_FOR_TASK_TOKEN,
      payload: sfn.TaskInput.fromObject({ step, execution, request, token: sfn.JsonPath.taskToken }),
      taskTimeout: sfn.Timeout.at('$.check.approvalSeconds'),
      resultPath: '$.approval',
      // 2 + 4 + 8 + 16 s: a request that reached nobody is no request. A rejection is an answer.
      retryOnServiceExceptions: true,
    }).addCatch(this.#refuse, { resultPath: '$.error' });
  }

  #nobodyElse() {
    return new sfn.Pass(this.#scope, 'Nobody else has to agree', {
      parameters: {},
      resultPath: '$.approval',
    });
  }

  #takeOrder() {
    return this.#step('Take the order', 'apply', '$.taken', {
      approval: sfn.JsonPath.objectAt('$.approval'),
    });
  }

  #step(id: string, step: OverrideStep, resultPath: string, more: Record<string, unknown> = {}) {
    return new WorkflowTask(this.#scope, id, {
      fn: this.#overrides,
      payload: { step, execution, request, ...more },
      resultPath,
      catchTo: this.#refuse,
    });
  }

  #writeRefusalDown(): sfn.IChainable {
    const notTaken = new sfn.Fail(this.#scope, 'Not taken', {
      errorPath: '$.written.error',
      causePath: '$.written.cause',
    });
    const unwritten = new sfn.Fail(this.#scope, 'Not taken, nor written down', {
      error: overrideErrors.refused,
      cause: 'The order was not taken, and that could not be written down: the log of overrides says why.',
    });
    const step: OverrideStep = 'refuse';
    return new WorkflowTask(this.#scope, 'Write down why not', {
      fn: this.#overrides,
      payload: { step, execution, request, error: sfn.JsonPath.objectAt('$.error') },
      resultPath: '$.written',
      catchTo: unwritten,
      errorPath: '$.unwritten',
    }).next(notTaken);
  }
}
