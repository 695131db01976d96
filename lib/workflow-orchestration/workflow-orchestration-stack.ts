import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { StageConfig } from '../config.ts';
import type { BudgetAlertsTable } from '../data-storage/budget-alerts-table.ts';
import type { UsageTrackingTable } from '../data-storage/usage-tracking-table.ts';
import type { UserBudgetsTable } from '../data-storage/user-budgets-table.ts';
import { IamEvents } from '../iam-events/iam-events.ts';
import type { AlertTopic } from '../monitoring/alert-topic.ts';
import type { GivenUpQueue } from '../monitoring/given-up-queue.ts';
import type { BudgetPolicies } from '../security/budget-policies.ts';
import type { FunctionContext } from '../shared/budgeteer-function.ts';
import { placeOf } from '../shared/place.ts';
import { CatchUpConsumer } from './catch-up.ts';
import { createEnforceEveryone } from './decider.ts';
import { createEnforcer } from './enforcer-function.ts';
import { evaluateChanges } from './evaluate.ts';
import { HaltMachine } from './halt-machine.ts';
import { HaltSwitch } from './halt-switch.ts';
import { createHolds, takeOrders } from './orders.ts';
import { RestorationMachine } from './restoration-machine.ts';
import { SuspensionMachine } from './suspension-machine.ts';
import { sweepEachMinute } from './sweep.ts';

export interface WorkflowOrchestrationStackProps {
  readonly stackName: string;
  readonly config: StageConfig;
  readonly functions: FunctionContext;
  readonly userBudgets: UserBudgetsTable;
  readonly usageTracking: UsageTrackingTable;
  readonly budgetAlerts: BudgetAlertsTable;
  readonly policies: BudgetPolicies;
  readonly operationsTopic: AlertTopic;
  readonly givenUp: GivenUpQueue;
}

/** From a balance to a decision, and from a decision to IAM. */
export class WorkflowOrchestrationStack extends Stack {
  constructor(scope: Construct, id: string, props: WorkflowOrchestrationStackProps) {
    super(scope, id, {
      stackName: props.stackName,
      ...placeOf(props.config),
      description: 'Bedrock Budgeteer: decisions, suspensions, restorations, halts',
    });
    const { config, functions, operationsTopic: operations } = props;
    const { switchPolicy } = props.policies;
    const holds = createHolds(this, props);
    const enforcer = createEnforcer(this, props);
    const workflow = { stage: functions.stage, key: functions.key, operations, holds, enforcer };
    const suspension = new SuspensionMachine(this, 'Suspension', {
      ...workflow,
      graceSeconds: config.settings.graceSeconds,
    });
    const restoration = new RestorationMachine(this, 'Restoration', workflow);
    const principals = { ...props, enforcer, suspension, restoration };
    const enforceEveryone = createEnforceEveryone(this, principals);
    const haltSwitch = switchPolicy && new HaltSwitch(this, 'HaltSwitch', { ...props, switchPolicy }).fn;
    const everyone = { ...workflow, enforceEveryone, haltSwitch };
    const halt = new HaltMachine(this, 'Halt', { ...everyone, workflow: 'halt' });
    const resume = new HaltMachine(this, 'Resume', { ...everyone, workflow: 'resume' });
    const catchUp = new CatchUpConsumer(this, 'CatchUp', props);
    const deciding = { ...principals, halt, resume, catchUp };
    evaluateChanges(this, deciding);
    sweepEachMinute(this, deciding);
    takeOrders(this, { ...props, workflow });
    new IamEvents(this, 'IamEvents', { ...props, operations, enforcer, haltSwitch });
  }
}
