import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { BudgetAlertsTable } from '../data-storage/budget-alerts-table.ts';
import type { UserBudgetsTable } from '../data-storage/user-budgets-table.ts';
import { BudgeteerFunction, type FunctionContext } from '../shared/budgeteer-function.ts';
import { allow } from '../shared/grant.ts';
import { namedFunctionArn } from '../shared/named-function-arn.ts';
import { physicalName } from '../shared/naming.ts';
import type { CatchUpConsumer } from './catch-up.ts';
import type { WorkflowMachine } from './workflow-machine.ts';

export interface PrincipalDecider {
  readonly functions: FunctionContext;
  readonly userBudgets: UserBudgetsTable;
  readonly budgetAlerts: BudgetAlertsTable;
  readonly enforcer: BudgeteerFunction<'enforcer'>;
  readonly suspension: WorkflowMachine;
  readonly restoration: WorkflowMachine;
}

export interface DeciderProps extends PrincipalDecider {
  readonly halt: WorkflowMachine;
  readonly resume: WorkflowMachine;
  readonly catchUp: CatchUpConsumer;
}

/** Decides about principals only, a portion of them at a call, while a halt or a resume runs. */
export function createEnforceEveryone(scope: Construct, props: PrincipalDecider) {
  const enforceEveryone = new BudgeteerFunction<'enforce-everyone'>(scope, 'Enforce-everyone', {
    ...props.functions,
    name: 'enforce-everyone',
    description: 'Brings everyone to a halt, or back from one, a portion at a time',
    environment: environmentOf(props),
    // It waits for IAM, and keeps a minute in reserve for the last principal that it began.
    timeout: Duration.minutes(5),
    memorySize: 512,
  });
  grantDecide(enforceEveryone, props, [props.suspension, props.restoration]);
  props.userBudgets.grantQueryDue(enforceEveryone);
  return enforceEveryone;
}

/** Evaluate and sweep decide alike, about every kind of subject; they differ in what invokes them. */
export function createDecider(
  scope: Construct,
  id: string,
  { name, description, ...props }: DeciderProps & { name: 'evaluate' | 'sweep'; description: string },
) {
  const { functions, suspension, restoration, halt, resume, catchUp } = props;
  const decider = new BudgeteerFunction<'evaluate' | 'sweep'>(scope, id, {
    ...{ ...functions, name, description, timeout: Duration.minutes(1), memorySize: 512 },
    environment: {
      ...environmentOf(props),
      HALT_MACHINE_ARN: halt.machine.stateMachineArn,
      RESUME_MACHINE_ARN: resume.machine.stateMachineArn,
      CATCH_UP_FUNCTION: catchUp.fn.functionName,
      PROVE_FUNCTION: physicalName(functions.stage, 'prove'),
    },
  });
  grantDecide(decider, props, [suspension, restoration, halt, resume]);
  catchUp.grantAsk(decider);
  // By name: it stands in the stack of the sources, which knows nothing of decisions.
  allow(decider, ['lambda:InvokeFunction'], [namedFunctionArn(scope, functions.stage, 'prove')]);
  return decider;
}

const environmentOf = (props: PrincipalDecider) => ({
  BUDGETS_TABLE: props.userBudgets.tableName,
  ALERTS_TABLE: props.budgetAlerts.tableName,
  SUSPENSION_MACHINE_ARN: props.suspension.machine.stateMachineArn,
  RESTORATION_MACHINE_ARN: props.restoration.machine.stateMachineArn,
  ENFORCER_FUNCTION: props.enforcer.functionName,
});

function grantDecide(
  decider: BudgeteerFunction<'enforce-everyone'> | BudgeteerFunction<'evaluate' | 'sweep'>,
  { userBudgets, budgetAlerts, enforcer }: PrincipalDecider,
  machines: readonly WorkflowMachine[],
): void {
  userBudgets.grantDecide(decider);
  budgetAlerts.grantRaise(decider);
  for (const machine of machines) machine.grantStart(decider);
  allow(decider, ['lambda:InvokeFunction'], [enforcer.functionArn]);
}
