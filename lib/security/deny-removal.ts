import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type * as z from 'zod';
import {
  customResourceTypes,
  type executionsEndPropertiesSchema,
} from '../../lambda/contracts/custom-resources.ts';
import type { UserBudgetsTable } from '../data-storage/user-budgets-table.ts';
import { acknowledgeRole } from '../shared/acknowledge.ts';
import { BudgeteerFunction, type FunctionContext } from '../shared/budgeteer-function.ts';
import { DeploymentStep } from '../shared/deployment-step.ts';
import { allow } from '../shared/grant.ts';
import type { BudgetPolicies } from './budget-policies.ts';
import { fencePolicyName, grantLiftFences } from './session-fence.ts';

export interface DenyRemovalProps {
  readonly functions: FunctionContext;
  readonly policies: BudgetPolicies;
  readonly userBudgets: UserBudgetsTable;
  /** Names of the shared roles that may carry a fence. */
  readonly fencedRoles: readonly string[];
}

/**
 * Ends what runs and lifts every deny when its stack is deleted, and does nothing before.
 *
 * It has no properties and its logical id is fixed, so that no upgrade replaces it: a replaced resource is deleted too,
 * and that would free everyone who is suspended.
 */
export class DenyRemoval extends Construct {
  readonly #step: DeploymentStep;
  readonly #lifter: lambda.Function;

  constructor(scope: Construct, id: string, props: DenyRemovalProps) {
    const { functions, policies, userBudgets, fencedRoles } = props;
    super(scope, id);
    const lifter = new BudgeteerFunction(this, 'LiftDenies', {
      ...functions,
      name: 'lift-denies',
      description: 'Takes our policies off everyone when the deployment is removed',
      environment: {
        BUDGETS_TABLE: userBudgets.tableName,
        FENCE_POLICY_NAME: fencePolicyName(functions.stage),
        ...policies.environment,
      },
      // Lambda's longest: IAM takes about ten changes a second.
      timeout: Duration.minutes(15),
    });
    policies.grantLift(lifter);
    grantLiftFences(lifter, fencedRoles);
    userBudgets.grantReadState(lifter);
    this.#lifter = lifter;
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

  /**
   * Ends the executions of the stack's machines before they are deleted, and after everything that starts one: Step
   * Functions keeps a machine until its executions are over, and one may wait out a grace period of a day.
   */
  endExecutionsOf(stack: Stack): void {
    const machines = stack.node.findAll().filter((construct) => construct instanceof sfn.StateMachine);
    const templates = machines.map(({ node }) => node.defaultChild as sfn.CfnStateMachine);
    // By name: a reference would tie the permissions, and so the lifting of denies, to the machines.
    const arns = (resource: string, end: string) =>
      templates.map(({ stateMachineName }) =>
        Stack.of(this).formatArn({
          service: 'states',
          resource,
          resourceName: `${stateMachineName}${end}`,
          arnFormat: ArnFormat.COLON_RESOURCE_NAME,
        }),
      );
    allow(this.#lifter, ['states:ListExecutions'], arns('stateMachine', ''));
    allow(this.#lifter, ['states:StopExecution'], arns('execution', ':*'));
    acknowledgeRole(
      this.#lifter,
      Object.fromEntries(
        templates.map(({ stateMachineName }) => [
          `IAM5[Resource::arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:${stateMachineName}:*]`,
          'Executions of this one machine: their names are not known beforehand.',
        ]),
      ),
    );
    const properties: z.input<typeof executionsEndPropertiesSchema> = {
      MachineArns: machines.map(({ stateMachineArn }) => stateMachineArn),
    };
    const step = new DeploymentStep(this, 'ExecutionsEnd', {
      resourceType: customResourceTypes.executionsEnd,
      handler: this.#lifter,
      properties,
    });
    for (const machine of machines) step.node.addDependency(machine);
    const called = JSON.stringify(templates.map(({ definitionString }) => stack.resolve(definitionString)));
    for (const construct of stack.node.findAll()) {
      const starts =
        construct instanceof lambda.Function &&
        JSON.stringify(stack.resolve(policyOf(construct))).includes('states:StartExecution') &&
        // What a machine calls goes after the machine, whatever else it may do.
        !called.includes(stack.getLogicalId(construct.node.defaultChild as lambda.CfnFunction));
      if (starts || construct instanceof events.Rule) construct.node.addDependency(step);
    }
  }
}

/** What the function's own role may do. */
function policyOf({ role }: lambda.Function): unknown {
  const policy = role?.node.tryFindChild('DefaultPolicy');
  return policy instanceof iam.Policy ? policy.document.toJSON() : {};
}
