import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { WorkflowStep } from '../../lambda/domain/control/hold-task.ts';
import { enforcePayload, holdPayload, type WorkflowFunctions, WorkflowTask } from './workflow-task.ts';

/** What the stories are told with: a step of the holds function, a call of the enforcer, and the place of failure. */
export abstract class WorkflowStory {
  /** The first state. */
  abstract readonly begin: sfn.IChainable;
  protected readonly scope: Construct;
  /** Where a step that fails for good leads: the failure is written down, and the execution fails. */
  protected readonly failed: sfn.IChainable;
  protected readonly functions: WorkflowFunctions;

  /** @param scope owns the states, so that their ids need to be unique in one machine only */
  constructor(scope: Construct, functions: WorkflowFunctions) {
    this.scope = scope;
    this.functions = functions;
    this.failed = this.#recordFailure();
  }

  protected hold(id: string, step: WorkflowStep, resultPath: string): WorkflowTask {
    return new WorkflowTask(this.scope, id, {
      fn: this.functions.holds,
      payload: holdPayload(step),
      resultPath,
      catchTo: this.failed,
    });
  }

  protected enforce(id: string): WorkflowTask {
    return new WorkflowTask(this.scope, id, {
      fn: this.functions.enforcer,
      payload: enforcePayload,
      resultPath: '$.enforcement',
      catchTo: this.failed,
    });
  }

  #recordFailure(): sfn.IChainable {
    const needsOperator = new sfn.Fail(this.scope, 'Needs an operator', {
      errorPath: '$.error.Error',
      causePath: '$.error.Cause',
    });
    const record = new WorkflowTask(this.scope, 'Record the failure', {
      fn: this.functions.holds,
      payload: { ...holdPayload('record-failure'), error: sfn.JsonPath.objectAt('$.error') },
      resultPath: '$.recorded',
      catchTo: needsOperator,
      // The first failure is the one to show, so what failed here goes beside it.
      errorPath: '$.unrecorded',
    });
    return record.next(needsOperator);
  }
}
