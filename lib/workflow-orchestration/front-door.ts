import { CfnOutput, Duration } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { UserBudgetsTable } from '../data-storage/user-budgets-table.ts';
import { BudgeteerFunction, type FunctionContext } from '../shared/budgeteer-function.ts';
import type { OverrideMachine } from './override-machine.ts';

export interface FrontDoorProps {
  readonly functions: FunctionContext;
  readonly userBudgets: UserBudgetsTable;
  readonly override: OverrideMachine;
}

/**
 * Where operators order and approvers answer, each at a URL of its own that IAM guards. What makes it a front door: the
 * requester is who signed, not who a body claims; a direct start of the machine works too, and is recorded as claimed.
 */
export class FrontDoor extends Construct {
  readonly orders: BudgeteerFunction<'front-door'>;
  readonly approvals: BudgeteerFunction<'approvals'>;

  constructor(scope: Construct, id: string, { functions, userBudgets, override }: FrontDoorProps) {
    super(scope, id);
    const common = {
      ...functions,
      environment: {
        BUDGETS_TABLE: userBudgets.tableName,
        OVERRIDE_MACHINE_ARN: override.machine.stateMachineArn,
      },
      timeout: Duration.seconds(30),
    };
    this.orders = new BudgeteerFunction(this, 'Orders', {
      ...common,
      name: 'front-door',
      description: "Starts operators' orders in the name of who signed them",
    });
    userBudgets.grantBeginOverrides(this.orders);
    override.grantStart(this.orders);
    this.approvals = new BudgeteerFunction(this, 'Approvals', {
      ...common,
      name: 'approvals',
      description: 'Answers orders that wait for a second person',
    });
    userBudgets.grantReadOverrides(this.approvals);
    override.grantAnswer(this.approvals);
    this.#open('OrdersUrl', this.orders);
    this.#open('ApprovalsUrl', this.approvals);
  }

  #open(id: string, fn: lambda.Function): void {
    const url = fn.addFunctionUrl({ authType: lambda.FunctionUrlAuthType.AWS_IAM });
    new CfnOutput(this, id, { value: url.url, description: 'Takes POST requests signed with SigV4' });
  }
}
