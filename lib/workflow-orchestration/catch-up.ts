import { Duration } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { UsageTrackingTable } from '../data-storage/usage-tracking-table.ts';
import type { UserBudgetsTable } from '../data-storage/user-budgets-table.ts';
import { BudgeteerFunction, type FunctionContext } from '../shared/budgeteer-function.ts';
import { allow } from '../shared/grant.ts';

export interface CatchUpProps {
  readonly functions: FunctionContext;
  readonly userBudgets: UserBudgetsTable;
  readonly usageTracking: UsageTrackingTable;
}

/**
 * Has windows that are new to a budget count from their beginning. Asked by whoever decides, and by the sweep for what was
 * left; it needs no schedule of its own.
 */
export class CatchUpConsumer extends Construct {
  readonly fn: BudgeteerFunction<'catch-up'>;

  constructor(scope: Construct, id: string, { functions, userBudgets, usageTracking }: CatchUpProps) {
    super(scope, id);
    this.fn = new BudgeteerFunction(this, 'Function', {
      ...functions,
      name: 'catch-up',
      description: 'Stamps what was posted before a window was known to a budget',
      environment: { LEDGER_TABLE: usageTracking.tableName, BUDGETS_TABLE: userBudgets.tableName },
      // Shorter than the lease that keeps a second one away.
      timeout: Duration.seconds(100),
    });
    userBudgets.grantCatchUp(this.fn);
    usageTracking.grantStamp(this.fn);
  }

  /** Evaluate and sweep: ask for it. */
  grantAsk(decider: lambda.Function): void {
    allow(decider, ['lambda:InvokeFunction'], [this.fn.functionArn]);
  }
}
