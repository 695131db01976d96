import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { Construct } from 'constructs';
import type { FunctionName } from '../../lambda/contracts/environment.ts';
import type { StageConfig } from '../config.ts';
import type { BudgetAlertsTable } from '../data-storage/budget-alerts-table.ts';
import type { UsageTrackingTable } from '../data-storage/usage-tracking-table.ts';
import type { UserBudgetsTable } from '../data-storage/user-budgets-table.ts';
import { IamEvents } from '../iam-events/iam-events.ts';
import type { AlertTopic } from '../monitoring/alert-topic.ts';
import type { GivenUpQueue } from '../monitoring/given-up-queue.ts';
import { doorForm } from '../regions/region-choices.ts';
import type { BudgetPolicies } from '../security/budget-policies.ts';
import { BudgeteerFunction, type FunctionContext } from '../shared/budgeteer-function.ts';
import { allow } from '../shared/grant.ts';
import { physicalName } from '../shared/naming.ts';
import { placeOf } from '../shared/place.ts';
import { ruleName } from '../shared/rules.ts';
import { StreamConsumer } from '../shared/stream-consumer.ts';
import { CatchUpConsumer } from './catch-up.ts';
import { createEnforcer } from './enforcer-function.ts';
import { FrontDoor } from './front-door.ts';
import { HaltMachine } from './halt-machine.ts';
import { HaltSwitch } from './halt-switch.ts';
import { OperatorPolicies } from './operator-policies.ts';
import { OverrideMachine } from './override-machine.ts';
import { RestorationMachine } from './restoration-machine.ts';
import { SuspensionMachine } from './suspension-machine.ts';
import { addSweepAlarms } from './sweep-alarms.ts';

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
  readonly #props: WorkflowOrchestrationStackProps;
  readonly #holds: BudgeteerFunction<'holds'>;
  readonly #enforcer: BudgeteerFunction<'enforcer'>;
  readonly #suspension: SuspensionMachine;
  readonly #restoration: RestorationMachine;
  readonly #halt: HaltMachine;
  readonly #resume: HaltMachine;
  readonly #catchUp: CatchUpConsumer;

  constructor(scope: Construct, id: string, props: WorkflowOrchestrationStackProps) {
    super(scope, id, {
      stackName: props.stackName,
      ...placeOf(props.config),
      description: 'Bedrock Budgeteer: decisions, suspensions, restorations, halts',
    });
    this.#props = props;
    const { userBudgets } = props;
    this.#holds = this.#createHolds();
    this.#enforcer = createEnforcer(this, props);
    const workflow = {
      stage: props.functions.stage,
      key: props.functions.key,
      operations: props.operationsTopic,
      holds: this.#holds,
      enforcer: this.#enforcer,
    };
    this.#suspension = new SuspensionMachine(this, 'Suspension', {
      ...workflow,
      graceSeconds: props.config.settings.graceSeconds,
    });
    this.#restoration = new RestorationMachine(this, 'Restoration', workflow);
    const enforceEveryone = this.#decider(
      'enforce-everyone',
      'Brings everyone to a halt, or back from one, a portion at a time',
    );
    userBudgets.grantQueryDue(enforceEveryone);
    const haltSwitch = this.#createSwitch();
    const haltProps = { ...workflow, enforceEveryone, haltSwitch: haltSwitch?.fn };
    this.#halt = new HaltMachine(this, 'Halt', { ...haltProps, workflow: 'halt' });
    this.#resume = new HaltMachine(this, 'Resume', { ...haltProps, workflow: 'resume' });
    this.#catchUp = new CatchUpConsumer(this, 'CatchUp', props);
    this.#evaluateChanges();
    this.#sweepEachMinute();
    this.#takeOrders();
    new IamEvents(this, 'IamEvents', {
      ...props,
      operations: props.operationsTopic,
      enforcer: this.#enforcer,
      haltSwitch: haltSwitch?.fn,
    });
  }

  #createSwitch(): HaltSwitch | undefined {
    const { functions, userBudgets, budgetAlerts, policies } = this.#props;
    const { switchPolicy } = policies;
    return (
      switchPolicy &&
      new HaltSwitch(this, 'HaltSwitch', { functions, userBudgets, budgetAlerts, switchPolicy: switchPolicy })
    );
  }

  #takeOrders(): void {
    const { functions, userBudgets, budgetAlerts, operationsTopic, config } = this.#props;
    const overrides = new BudgeteerFunction(this, 'Overrides', {
      ...functions,
      name: 'overrides',
      description: "Judges and takes operators' orders",
      environment: { BUDGETS_TABLE: userBudgets.tableName, ALERTS_TABLE: budgetAlerts.tableName },
      timeout: Duration.seconds(30),
    });
    userBudgets.grantHold(overrides);
    budgetAlerts.grantRaise(overrides);
    const override = new OverrideMachine(this, 'Override', {
      stage: functions.stage,
      key: functions.key,
      operations: operationsTopic,
      holds: this.#holds,
      enforcer: this.#enforcer,
      overrides,
      approvalTime: Duration.minutes(config.settings.approvals.withinMinutes),
    });
    const frontDoor = new FrontDoor(this, 'FrontDoor', {
      ...{ functions, userBudgets, override },
      form: doorForm(config),
    });
    new OperatorPolicies(this, 'OperatorPolicies', { stage: functions.stage, frontDoor });
  }

  #createHolds(): BudgeteerFunction<'holds'> {
    const { functions, userBudgets, budgetAlerts } = this.#props;
    const holds = new BudgeteerFunction(this, 'Holds', {
      ...functions,
      name: 'holds',
      description: 'The steps of suspension and restoration that change what should be',
      environment: { BUDGETS_TABLE: userBudgets.tableName, ALERTS_TABLE: budgetAlerts.tableName },
      timeout: Duration.seconds(30),
    });
    userBudgets.grantHold(holds);
    budgetAlerts.grantRaise(holds);
    return holds;
  }

  #evaluateChanges(): void {
    const evaluate = this.#decider('evaluate', 'Decides on a subject whose balance or budget has changed');
    new StreamConsumer(this, 'BudgetsToEvaluate', {
      stage: this.#props.functions.stage,
      name: 'evaluate',
      handler: evaluate,
      table: this.#props.userBudgets,
      // Its own states and outbox items do not wake it; an acknowledged WAKE is deleted, which does not either.
      filters: [
        { eventName: ['INSERT', 'MODIFY'], dynamodb: { Keys: { sk: { S: [{ prefix: 'BAL#' }] } } } },
        { dynamodb: { Keys: { sk: { S: ['BUDGET'] } } } },
        { eventName: ['INSERT', 'MODIFY'], dynamodb: { Keys: { sk: { S: ['EVALUATE'] } } } },
      ],
      // A decision reads everything anew, and who could not be evaluated is due: the sweep goes on from there.
      retryAttempts: 10,
      operations: this.#props.operationsTopic,
      givenUp: this.#props.givenUp,
    });
  }

  #sweepEachMinute(): void {
    const sweep = this.#decider(
      'sweep',
      'Decides on what time alone changes, and on what a failure has missed',
    );
    this.#props.userBudgets.grantQueryDue(sweep);
    for (const machine of [this.#suspension, this.#restoration, this.#halt, this.#resume]) {
      machine.grantDescribe(sweep);
    }
    new events.Rule(this, 'EachMinute', {
      ruleName: ruleName(this.#props.functions.stage, 'sweep'),
      description: 'Sweeps what is due',
      // On the minute: a window turns on one.
      schedule: events.Schedule.cron({ minute: '*' }),
      // The next minute is the retry.
      targets: [new LambdaFunction(sweep, { retryAttempts: 0, maxEventAge: Duration.minutes(1) })],
    });
    addSweepAlarms(this, {
      stage: this.#props.functions.stage,
      topic: this.#props.operationsTopic,
      sweep,
    });
  }

  /** By name: it stands in the stack of the sources, which knows nothing of decisions. */
  #proveArn(stage: string): string {
    return this.formatArn({
      service: 'lambda',
      resource: 'function',
      resourceName: physicalName(stage, 'prove'),
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }

  /** Evaluate, sweep and enforceEveryone decide alike; they differ in what wakes them, and enforce-everyone decides about principals only. */
  #decider<F extends FunctionName & ('evaluate' | 'sweep' | 'enforce-everyone')>(
    name: F,
    description: string,
  ) {
    const { functions, userBudgets, budgetAlerts } = this.#props;
    const deciding = {
      BUDGETS_TABLE: userBudgets.tableName,
      ALERTS_TABLE: budgetAlerts.tableName,
      SUSPENSION_MACHINE_ARN: this.#suspension.machine.stateMachineArn,
      RESTORATION_MACHINE_ARN: this.#restoration.machine.stateMachineArn,
      ENFORCER_FUNCTION: this.#enforcer.functionName,
    };
    // enforce-everyone waits for IAM, and keeps a minute in reserve for the last it began.
    const timeout = Duration.minutes(name === 'enforce-everyone' ? 5 : 1);
    const common = { ...functions, description, timeout, memorySize: 512 };
    const id = `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
    const decider =
      name === 'enforce-everyone'
        ? new BudgeteerFunction<'enforce-everyone'>(this, id, { ...common, name, environment: deciding })
        : new BudgeteerFunction<'evaluate' | 'sweep'>(this, id, {
            ...common,
            name,
            environment: {
              ...deciding,
              HALT_MACHINE_ARN: this.#halt.machine.stateMachineArn,
              RESUME_MACHINE_ARN: this.#resume.machine.stateMachineArn,
              CATCH_UP_FUNCTION: this.#catchUp.fn.functionName,
              PROVE_FUNCTION: physicalName(functions.stage, 'prove'),
            },
          });
    userBudgets.grantDecide(decider);
    budgetAlerts.grantRaise(decider);
    const machines = [this.#suspension, this.#restoration];
    if (name !== 'enforce-everyone') {
      machines.push(this.#halt, this.#resume);
      this.#catchUp.grantAsk(decider);
      allow(decider, ['lambda:InvokeFunction'], [this.#proveArn(functions.stage)]);
    }
    for (const machine of machines) machine.grantStart(decider);
    allow(decider, ['lambda:InvokeFunction'], [this.#enforcer.functionArn]);
    return decider;
  }
}
