import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { BudgetAlertsTable } from '../data-storage/budget-alerts-table.ts';
import type { UserBudgetsTable } from '../data-storage/user-budgets-table.ts';
import type { SwitchPolicy } from '../security/switch-policy.ts';
import { BudgeteerFunction, type FunctionContext } from '../shared/budgeteer-function.ts';

export interface HaltSwitchProps {
  readonly functions: FunctionContext;
  readonly userBudgets: UserBudgetsTable;
  readonly budgetAlerts: BudgetAlertsTable;
  readonly switchPolicy: SwitchPolicy;
}

/**
 * Stops everyone who carries the switch policy by one call of IAM, at the beginning of a halt, and frees them by one at
 * the beginning of a resume. Its version and who carries it are checked with the comparison of IAM and the table.
 */
export class HaltSwitch extends Construct {
  readonly fn: BudgeteerFunction<'switch'>;

  constructor(
    scope: Construct,
    id: string,
    { functions, userBudgets, budgetAlerts, switchPolicy }: HaltSwitchProps,
  ) {
    super(scope, id);
    this.fn = new BudgeteerFunction(this, 'Function', {
      ...functions,
      name: 'switch',
      description: 'Chooses which version of the switch policy is in force, and puts it on everyone',
      environment: {
        BUDGETS_TABLE: userBudgets.tableName,
        ALERTS_TABLE: budgetAlerts.tableName,
        SWITCH_POLICY_ARN: switchPolicy.arn,
      },
      // Two hundred principals a round, at the pace of IAM.
      timeout: Duration.minutes(10),
    });
    userBudgets.grantThrow(this.fn);
    budgetAlerts.grantRaise(this.fn);
    switchPolicy.grantSwitch(this.fn);
  }
}
