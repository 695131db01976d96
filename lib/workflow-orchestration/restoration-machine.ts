import { Duration } from 'aws-cdk-lib';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { WorkflowMachine, type WorkflowMachineProps } from './workflow-machine.ts';
import { WorkflowStory } from './workflow-story.ts';
import type { WorkflowFunctions } from './workflow-task.ts';

/**
 * Gives a principal back what a hold took, once the hold's cause is over, and nothing that another hold still takes.
 *
 * 1. Check the cause: if the budget of the current window is used up too, stand down.
 * 2. Release the hold: this cause's alone.
 * 3. Make IAM match: the enforcer detaches the deny, unless another hold still wants it, and reads it back.
 * 4. Report the release. An unenforceable principal is released all the same: nothing of ours was ever attached.
 */
export class RestorationMachine extends WorkflowMachine {
  constructor(scope: Construct, id: string, props: WorkflowMachineProps) {
    super(scope, id, {
      ...props,
      name: 'restoration',
      definition: new RestorationStory(new Construct(scope, `${id}Story`), props).begin,
      waits: Duration.seconds(0),
    });
  }
}

class RestorationStory extends WorkflowStory {
  readonly begin: sfn.IChainable;
  readonly #restored: sfn.Succeed;
  readonly #stillOverBudget: sfn.Succeed;

  constructor(scope: Construct, functions: WorkflowFunctions) {
    super(scope, functions);
    this.#restored = new sfn.Succeed(scope, 'Restored');
    this.#stillOverBudget = new sfn.Succeed(scope, 'Still over budget');

    const standDown = this.#standDown().next(this.#stillOverBudget);
    const restore = this.#releaseHold()
      .next(this.#makeIamMatch())
      .next(this.#reportRelease())
      .next(this.#restored);
    this.begin = this.#checkCause().next(
      this.#isCauseOver()
        .when(sfn.Condition.booleanEquals('$.confirmation.confirmed', true), restore)
        .otherwise(standDown),
    );
  }

  #checkCause() {
    return this.hold('Check the cause', 'confirm-release', '$.confirmation');
  }

  #isCauseOver() {
    return new sfn.Choice(this.scope, 'Is the cause over?');
  }

  #standDown() {
    return this.hold('Stand down', 'stand-down', '$.standDown');
  }

  #releaseHold() {
    return this.hold('Release the hold', 'release-hold', '$.hold');
  }

  #makeIamMatch() {
    return this.enforce('Make IAM match');
  }

  #reportRelease() {
    return this.hold('Report the release', 'report-release', '$.report');
  }
}
