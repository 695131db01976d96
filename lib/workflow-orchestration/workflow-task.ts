import { Duration } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import type { EnforceTask } from '../../lambda/contracts/workflows.ts';
import { errorNames, type WorkflowStep } from '../../lambda/domain/control/hold-task.ts';

/** The two functions that every step of a workflow calls. */
export interface WorkflowFunctions {
  readonly holds: lambda.Function;
  readonly enforcer: lambda.Function;
}

/**
 * All of the enforcer's concurrency is in use. Waits are at most 2 + 4 + 8 + 16 + 32 s, then 29 times 60 s: half an hour. Full
 * jitter draws each wait from zero up, so the mean is 15 minutes; it keeps many waiting principals apart.
 */
const whenThrottled: sfn.RetryProps = {
  errors: ['Lambda.TooManyRequestsException'],
  interval: Duration.seconds(2),
  backoffRate: 2,
  maxDelay: Duration.minutes(1),
  maxAttempts: 34,
  jitterStrategy: sfn.JitterType.FULL,
};

/**
 * Another enforcer works on the principal or its role, or IAM is slow to show a change. Waits add up to 5 minutes, without
 * jitter: drawn ones ended before a crashed enforcer's lease of 2 minutes in one run of nine. The sweep tries again after that.
 */
const whenIamLags: sfn.RetryProps = {
  errors: [errorNames.fenceBusy, errorNames.leaseHeld, errorNames.notReadBack],
  interval: Duration.seconds(2),
  backoffRate: 2,
  maxDelay: Duration.seconds(30),
  maxAttempts: 13,
};

/**
 * An error of Lambda, or a function that died: every step may run twice. Waits are at most 2 + 4 + 8 + 16 s, 30 s in all, and with
 * full jitter 15 s in the mean.
 */
const whenAnythingFails: sfn.RetryProps = {
  errors: [sfn.Errors.TASKS_FAILED],
  interval: Duration.seconds(2),
  backoffRate: 2,
  maxAttempts: 4,
  jitterStrategy: sfn.JitterType.FULL,
};

/** A step that need not succeed: repeated once, after a second. */
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
   * Time limit of each of its two attempts, for a step that the others must not wait for.
   * @default the function's own time limit, with all the retries above
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
export function holdPayload(step: WorkflowStep): Record<string, unknown> {
  return { step, input: workflowInput, execution: sfn.JsonPath.stringAt('$$.Execution.Name') };
}

/** What a step sends to the enforcer: nobody tells it what to do, it reads the holds itself. */
export const enforcePayload = { subject: sfn.JsonPath.stringAt('$.subject') } satisfies EnforceTask;
