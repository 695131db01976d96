import { Duration } from 'aws-cdk-lib';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { usageMetrics } from '../../lambda/contracts/metrics.ts';
import type { Settings } from '../../lambda/domain/settings.ts';
import type { UsageTrackingTable } from '../data-storage/usage-tracking-table.ts';
import type { UserBudgetsTable } from '../data-storage/user-budgets-table.ts';
import { BudgeteerFunction, type FunctionContext } from '../shared/budgeteer-function.ts';
import { countedBy, OperationsAlarm } from '../shared/operations-alarm.ts';
import { grantLookUpPrincipals } from './ingest-look-ups.ts';
import { UsageBus } from './usage-bus.ts';
import { UsageQueue } from './usage-queue.ts';

export interface UsageEventsProps {
  readonly functions: FunctionContext;
  readonly usageTracking: UsageTrackingTable;
  readonly userBudgets: UserBudgetsTable;
  readonly operations: sns.ITopic;
  readonly putters: readonly string[];
  readonly sources: Settings['usageSources'];
}

/** From an application's event to the ledger: bus, queue, function. */
export class UsageEvents extends Construct {
  constructor(scope: Construct, id: string, props: UsageEventsProps) {
    super(scope, id);
    const { functions, operations } = props;
    const { stage, key } = functions;
    const meter = new BudgeteerFunction(this, 'Meter', {
      ...functions,
      name: 'usage-events',
      description: 'Checks, prices and posts custom usage events, each once',
      environment: {
        LEDGER_TABLE: props.usageTracking.tableName,
        BUDGETS_TABLE: props.userBudgets.tableName,
      },
      timeout: Duration.minutes(1),
    });
    props.usageTracking.grantPostUsage(meter);
    props.userBudgets.grantPost(meter);
    grantLookUpPrincipals(meter);

    const queue = new UsageQueue(this, 'Queue', { stage, key, operations });
    const bus = new UsageBus(this, 'Bus', { stage, putters: props.putters, sources: props.sources });
    queue.takeEventsOf(bus as IEventBus);
    queue.feed(meter);

    new OperationsAlarm(this, 'Refused', {
      stage,
      topic: operations,
      name: 'usage-refused',
      description:
        'Usage events were refused: a source is set up wrong, or someone tries to make others pay.',
      metric: countedBy(stage, 'usage-events', usageMetrics.refused),
    });
  }
}
