import { Duration } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { StageConfig } from '../config.ts';
import type { BudgetAlertsTable } from '../data-storage/budget-alerts-table.ts';
import type { UserBudgetsTable } from '../data-storage/user-budgets-table.ts';
import { doorForm } from '../regions/region-choices.ts';
import { BudgeteerFunction, type FunctionContext } from '../shared/budgeteer-function.ts';
import { FrontDoor } from './front-door.ts';
import { OperatorPolicies } from './operator-policies.ts';
import { OverrideMachine } from './override-machine.ts';
import type { WorkflowMachineProps } from './workflow-machine.ts';

interface HoldWriterProps {
  readonly functions: FunctionContext;
  readonly userBudgets: UserBudgetsTable;
  readonly budgetAlerts: BudgetAlertsTable;
}

export interface OrdersProps extends HoldWriterProps {
  readonly config: StageConfig;
  /** What the override workflow has in common with the others. */
  readonly workflow: WorkflowMachineProps;
}

/** The steps of suspension, restoration and halt that change what should be. */
export function createHolds(scope: Construct, props: HoldWriterProps): BudgeteerFunction<'holds'> {
  const holds = new BudgeteerFunction(scope, 'Holds', {
    ...common(props),
    name: 'holds',
    description: 'The steps of suspension and restoration that change what should be',
  });
  grantHold(holds, props);
  return holds;
}

/** From an operator's order to its execution: the door, who may use it, and the override workflow. */
export function takeOrders(scope: Construct, props: OrdersProps): void {
  const { config, functions, userBudgets, workflow } = props;
  const overrides = new BudgeteerFunction(scope, 'Overrides', {
    ...common(props),
    name: 'overrides',
    description: "Judges and takes operators' orders",
  });
  grantHold(overrides, props);
  const override = new OverrideMachine(scope, 'Override', {
    ...workflow,
    overrides,
    approvalTime: Duration.minutes(config.settings.approvals.withinMinutes),
  });
  const frontDoor = new FrontDoor(scope, 'FrontDoor', {
    ...{ functions, userBudgets, override },
    form: doorForm(config),
  });
  new OperatorPolicies(scope, 'OperatorPolicies', { stage: functions.stage, frontDoor });
}

const common = ({ functions, userBudgets, budgetAlerts }: HoldWriterProps) => ({
  ...functions,
  environment: { BUDGETS_TABLE: userBudgets.tableName, ALERTS_TABLE: budgetAlerts.tableName },
  timeout: Duration.seconds(30),
});

function grantHold(writer: lambda.Function, { userBudgets, budgetAlerts }: HoldWriterProps): void {
  userBudgets.grantHold(writer);
  budgetAlerts.grantRaise(writer);
}
