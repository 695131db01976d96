import { ArnFormat, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import type * as sns from 'aws-cdk-lib/aws-sns';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { WorkflowName } from '../../lambda/domain/control/workflow-name.ts';
import { acknowledge, acknowledgeRole, logicalId } from '../shared/acknowledge.ts';
import { allow } from '../shared/grant.ts';
import { ownPath, physicalName } from '../shared/naming.ts';
import { OperationsAlarm } from '../shared/operations-alarm.ts';
import type { WorkflowFunctions } from './workflow-task.ts';

export interface WorkflowMachineProps extends WorkflowFunctions {
  readonly stage: string;
  readonly key?: kms.IKey | undefined;
  readonly operations: sns.ITopic;
}

export interface MachineStory extends WorkflowMachineProps {
  readonly name: WorkflowName | 'override';
  /** Functions that the story calls. @default the holds function and the enforcer */
  readonly calls?: readonly lambda.Function[];
  /** The story; its states belong to `scope`, so that ids need to be unique in one machine only. */
  readonly definition: sfn.IChainable;
  /** A failed execution is an answer to whoever started it, so that no alarm rings. @default false */
  readonly failureIsNormal?: boolean;
  /** How long the story itself waits, beside what its retries may take. */
  readonly waits: Duration;
}

/** All retries of all steps fit in: a throttled step alone may take half an hour. */
const workTime = Duration.hours(2);

/** Step Functions says for whom it assumes a role: this machine's serves no other one, of whatever account. */
const onlyFor = (scope: Construct, stateMachineName: string) => ({
  StringEquals: { 'aws:SourceAccount': Stack.of(scope).account },
  ArnLike: {
    'aws:SourceArn': Stack.of(scope).formatArn({
      service: 'states',
      resource: 'stateMachine',
      resourceName: stateMachineName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    }),
  },
});

/** A state machine that may call its functions, and whose failures reach an operator. */
export class WorkflowMachine extends Construct {
  readonly machine: sfn.StateMachine;

  constructor(scope: Construct, id: string, props: MachineStory) {
    super(scope, id);
    const stateMachineName = physicalName(props.stage, props.name);
    this.machine = new sfn.StateMachine(this, 'Machine', {
      stateMachineName,
      stateMachineType: sfn.StateMachineType.STANDARD,
      definitionBody: sfn.DefinitionBody.fromChainable(props.definition),
      timeout: workTime.plus(props.waits),
      role: new iam.Role(this, 'Role', {
        assumedBy: new iam.ServicePrincipal('states.amazonaws.com', {
          conditions: onlyFor(this, stateMachineName),
        }),
        path: ownPath,
        description: `Role of ${stateMachineName} alone`,
      }),
      logs: {
        destination: new logs.LogGroup(this, 'Logs', {
          // The prefix keeps the resource policy that Step Functions writes for itself short.
          logGroupName: `/aws/vendedlogs/states/${stateMachineName}`,
          retention: logs.RetentionDays.SIX_MONTHS,
          ...(props.key && { encryptionKey: props.key }),
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        level: sfn.LogLevel.ERROR,
      },
    });
    acknowledge(this.machine, {
      SF1: 'Step Functions keeps the whole history of a standard execution; the log is for its failures.',
      SF2: 'Each step is one call with its execution in the log, which tells what a trace would.',
    });
    acknowledge(this, {
      'IAM5[Resource::*]': 'Setting up log delivery has no resource to be limited to.',
      ...Object.fromEntries(
        (props.calls ?? [props.holds, props.enforcer]).map((fn) => [
          `IAM5[Resource::<${logicalId(fn)}.Arn>:*]`,
          'Versions of the function that the machine may call.',
        ]),
      ),
    });
    this.#alarm(props);
  }

  #alarm({ stage, name, operations, failureIsNormal = false }: MachineStory): void {
    const common = { stage, topic: operations };
    if (failureIsNormal) return;
    new OperationsAlarm(this, 'Failed', {
      ...common,
      name: `${name}-failed`,
      description: `A ${name} failed and needs an operator: someone's access is not what was decided.`,
      metric: this.machine.metricFailed(),
    });
    new OperationsAlarm(this, 'TimedOut', {
      ...common,
      name: `${name}-timed-out`,
      description: `A ${name} did not end in time: someone's access may not be what was decided.`,
      metric: this.machine.metricTimedOut(),
    });
  }

  /** Evaluate and sweep: start executions. */
  grantStart(grantee: iam.IGrantable): void {
    allow(grantee, ['states:StartExecution'], [this.machine.stateMachineArn]);
  }

  /** Approvals: answers executions that wait for a person. */
  grantAnswer(grantee: iam.IGrantable): void {
    allow(grantee, ['states:SendTaskFailure', 'states:SendTaskSuccess'], [this.machine.stateMachineArn]);
  }

  /** Sweep: asks how an execution stands. */
  grantDescribe(grantee: lambda.Function): void {
    const executions = Stack.of(this).formatArn({
      service: 'states',
      resource: 'execution',
      resourceName: `${this.machine.stateMachineName}:*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    allow(grantee, ['states:DescribeExecution'], [executions]);
    acknowledgeRole(grantee, {
      [`IAM5[Resource::arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:<${logicalId(this.machine)}.Name>:*]`]:
        'Executions of this one machine: their names are not known beforehand.',
    });
  }
}
