import { Duration } from 'aws-cdk-lib';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { WorkflowMachine, type WorkflowMachineProps } from './workflow-machine.ts';
import { WorkflowStory } from './workflow-story.ts';
import type { WorkflowFunctions } from './workflow-task.ts';

const confirmed = sfn.Condition.booleanEquals('$.confirmation.confirmed', true);
const hasGrace = sfn.Condition.numberGreaterThan('$.confirmation.graceSeconds', 0);

export interface SuspensionMachineProps extends WorkflowMachineProps {
  /** Seconds between the decision and the deny, as the stage configures them. */
  readonly graceSeconds: number;
}

/**
 * Protects the budget from a principal that has used it up, and the principal from a decision that is no longer true.
 *
 * 1. Check the budget: a limit may have been raised since the decision. If it holds again, stand down.
 * 2. Where there is a grace period, announce it, wait, and check once more.
 * 3. Place the hold: from here on the principal should be denied.
 * 4. Attach the deny: the enforcer makes IAM match the holds and reads it back.
 * 5. Report the suspension, or, where nothing in IAM can stop this principal, the failure.
 *
 * What fails for good is recorded, alarmed, and tried again by the sweep.
 */
export class SuspensionMachine extends WorkflowMachine {
  constructor(scope: Construct, id: string, props: SuspensionMachineProps) {
    super(scope, id, {
      ...props,
      name: 'suspension',
      definition: new SuspensionStory(new Construct(scope, `${id}Story`), props).begin,
      waits: Duration.seconds(props.graceSeconds),
    });
  }
}

class SuspensionStory extends WorkflowStory {
  readonly begin: sfn.IChainable;
  readonly #withinBudget: sfn.Succeed;
  readonly #suspended: sfn.Succeed;

  constructor(scope: Construct, functions: WorkflowFunctions) {
    super(scope, functions);
    this.#withinBudget = new sfn.Succeed(scope, 'Within budget again');
    this.#suspended = new sfn.Succeed(scope, 'Suspended');

    const standDown = this.#standDown().next(this.#withinBudget);
    const suspend = this.#placeHold()
      .next(this.#attachDeny())
      .next(
        this.#doesIamDeny()
          .when(
            sfn.Condition.stringEquals('$.enforcement.outcome', 'matched'),
            this.#reportSuspension().next(this.#suspended),
          )
          .otherwise(this.#explainUnenforceable().next(this.failed)),
      );
    const waitOutGrace = this.#announceGrace()
      .next(this.#waitForGrace())
      .next(this.#checkBudget('Check the budget after the grace period'))
      .next(
        this.#isStillExhausted('Is it still exhausted after the grace period?')
          .when(confirmed, suspend)
          .otherwise(standDown),
      );
    this.begin = this.#checkBudget('Check the budget').next(
      this.#isStillExhausted('Is the budget still exhausted?')
        .when(sfn.Condition.and(confirmed, hasGrace), waitOutGrace)
        .when(confirmed, suspend)
        .otherwise(standDown),
    );
  }

  #checkBudget(id: string) {
    return this.hold(id, 'confirm-suspension', '$.confirmation');
  }

  #isStillExhausted(id: string) {
    return new sfn.Choice(this.scope, id);
  }

  #standDown() {
    return this.hold('Stand down', 'stand-down', '$.standDown');
  }

  #announceGrace() {
    return this.hold('Announce the grace period', 'begin-grace', '$.grace');
  }

  #waitForGrace() {
    return new sfn.Wait(this.scope, 'Wait out the grace period', {
      time: sfn.WaitTime.secondsPath('$.confirmation.graceSeconds'),
    });
  }

  #placeHold() {
    return this.hold('Place the hold', 'place-hold', '$.hold');
  }

  #attachDeny() {
    return this.enforce('Attach the deny');
  }

  #doesIamDeny() {
    return new sfn.Choice(this.scope, 'Does IAM deny it now?');
  }

  #reportSuspension() {
    return this.hold('Report the suspension', 'report-suspension', '$.report');
  }

  #explainUnenforceable() {
    return new sfn.Pass(this.scope, 'Say why nothing can bite', {
      parameters: { Error: 'Unenforceable', Cause: sfn.JsonPath.stringAt('$.enforcement.reason') },
      resultPath: '$.error',
    });
  }
}
