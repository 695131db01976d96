import { Duration } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import type { EnforceTask } from '../../lambda/contracts/workflows.ts';
import { errorNames, type HoldStep } from '../../lambda/domain/control/hold-task.ts';

/** The two functions that every step of a workflow calls. */
export interface WorkflowFunctions {
  readonly holds: lambda.Function;
  readonly enforcer: lambda.Function;
}

/** The enforcer's two hands are taken: 2 + 4 + 8 + 16 + 32 s, then each minute, for half an hour in all. */
const whenThrottled: sfn.RetryProps = {
  errors: ['Lambda.TooManyRequestsException'],
  interval: Duration.seconds(2),
  backoffRate: 2,
  maxDelay: Duration.minutes(1),
  maxAttempts: 34,
  jitterStrategy: sfn.JitterType.FULL,
};

/** Another enforcer is at work on the principal or its role, or IAM is slow to show a change: 5 minutes in all. */
const whenIamLags: sfn.RetryProps = {
  errors: [errorNames.fenceBusy, errorNames.leaseHeld, errorNames.notReadBack],
  interval: Duration.seconds(2),
  backoffRate: 2,
  maxDelay: Duration.seconds(30),
  maxAttempts: 13,
  jitterStrategy: sfn.JitterType.FULL,
};

/** Lambda's own trouble, and a function that died: every step may run twice. 2 + 4 + 8 + 16 s, 30 s in all. */
const whenAnythingFails: sfn.RetryProps = {
  errors: [sfn.Errors.TASKS_FAILED],
  interval: Duration.seconds(2),
  backoffRate: 2,
  maxAttempts: 4,
  jitterStrategy: sfn.JitterType.FULL,
};

/** What need not succeed: a second later, once. */
const onceMore: sfn.RetryProps = {
  errors: [sfn.Errors.TASKS_FAILED],
  interval: Duration.seconds(1),
  maxAttempts: 1,
};

export interface WorkflowTaskProps {
  readonly fn: lambda.Function;
  readonly payload: Readonly<Record<string, unknown>>;
  /** Where the answer goes; the input beside it stays. */
  readonly resultPath: string;
  /** Where a failure ends after its retries, with `$.error`. */
  readonly catchTo: sfn.IChainable;
  /** @default $.error */
  readonly errorPath?: string;
  /**
   * So long it may take, and it is tried twice: of a step that the others must not wait for.
   * @default as long as the function may take, with retries until the failure is one for good
   */
  readonly patience?: Duration;
}

/** One call of a function: the answer alone, at a path of its own, with the same retries everywhere. */
export class WorkflowTask extends LambdaInvoke {
  constructor(scope: Construct, id: string, props: WorkflowTaskProps) {
    super(scope, id, {
      lambdaFunction: props.fn,
      payload: sfn.TaskInput.fromObject({ ...props.payload }),
      payloadResponseOnly: true,
      resultPath: props.resultPath,
      // The function ends first, with an error that names the reason.
      taskTimeout: sfn.Timeout.duration(
        props.patience ?? (props.fn.timeout ?? Duration.minutes(1)).plus(Duration.seconds(10)),
      ),
      // CDK's own retries would come before these.
      retryOnServiceExceptions: false,
    });
    const retries = props.patience ? [onceMore] : [whenThrottled, whenIamLags, whenAnythingFails];
    for (const retry of retries) this.addRetry(retry);
    this.addCatch(props.catchTo, { resultPath: props.errorPath ?? '$.error' });
  }
}

/** The machines' input as the holds function wants it, whatever the steps before have put beside it. */
const workflowInput = {
  subject: sfn.JsonPath.stringAt('$.subject'),
  window: sfn.JsonPath.stringAt('$.window'),
  cause: sfn.JsonPath.stringAt('$.cause'),
};

/** What a step sends to the holds function. */
export function holdPayload(step: HoldStep): Record<string, unknown> {
  return { step, input: workflowInput, execution: sfn.JsonPath.stringAt('$$.Execution.Name') };
}

/** What a step sends to the enforcer: nobody tells it what to do, it reads the holds itself. */
export const enforcePayload = { subject: sfn.JsonPath.stringAt('$.subject') } satisfies EnforceTask;
