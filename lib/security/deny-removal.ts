import { Duration, type Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { customResourceTypes } from '../../lambda/contracts/custom-resources.ts';
import { BudgeteerFunction, type FunctionContext } from '../shared/budgeteer-function.ts';
import { DeploymentStep } from '../shared/deployment-step.ts';
import type { BudgetPolicies } from './budget-policies.ts';

export interface DenyRemovalProps {
  readonly functions: FunctionContext;
  readonly policies: BudgetPolicies;
}

/**
 * Lifts every deny when its stack is deleted, and does nothing before.
 *
 * It has no properties and its logical id is fixed, so that no upgrade replaces it: a replaced resource is deleted too,
 * and that would free everyone who is suspended.
 */
export class DenyRemoval extends Construct {
  readonly #step: DeploymentStep;

  constructor(scope: Construct, id: string, { functions, policies }: DenyRemovalProps) {
    super(scope, id);
    const lifter = new BudgeteerFunction(this, 'LiftDenies', {
      ...functions,
      name: 'lift-denies',
      description: 'Takes our policies off everyone when the deployment is removed',
      environment: {
        HALT_POLICY_ARN: policies.halt.managedPolicyArn,
        ECONOMY_POLICY_ARN: policies.economy.managedPolicyArn,
      },
      // Lambda's longest: IAM takes about ten changes a second.
      timeout: Duration.minutes(15),
    });
    policies.grantLift(lifter);
    this.#step = new DeploymentStep(this, 'Step', {
      resourceType: customResourceTypes.denyRemoval,
      handler: lifter,
    });
  }

  /** The other functions of this stack are deleted first: none is left that could attach a deny again. */
  outlastFunctionsOf(stack: Stack): void {
    for (const construct of stack.node.findAll()) {
      const own = construct.node.path.startsWith(`${this.node.path}/`);
      if (construct instanceof lambda.Function && !own) construct.node.addDependency(this.#step);
    }
  }
}
