import { Duration } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { givingUp } from '../../lambda/contracts/given-up.ts';
import type { BudgeteerTable } from '../data-storage/budgeteer-table.ts';
import { DeliveryQueue, type QueueContext } from '../event-ingestion/delivery-queue.ts';
import { BudgeteerFunction, type FunctionContext } from '../shared/budgeteer-function.ts';
import { allow, allowKeyUse } from '../shared/grant.ts';
import { namedFunctionArn } from '../shared/named-function-arn.ts';

export interface GivenUpQueueProps extends QueueContext {
  readonly functions: FunctionContext;
  /** Tables whose streams functions may give up on. */
  readonly streams: readonly BudgeteerTable[];
}

/**
 * Where functions leave what they give up on after all their retries: it rings, and `take-up` has them do it again until
 * they can. What only a schedule calls is not among them, nor what its caller asks for again each minute.
 */
export class GivenUpQueue extends DeliveryQueue {
  readonly #context: GivenUpQueueProps;

  constructor(scope: Construct, id: string, props: GivenUpQueueProps) {
    super(scope, id, {
      ...props,
      name: 'given-up',
      // A try each twelve minutes, four hours long: time for what the function failed on to pass.
      visibilityTimeout: Duration.minutes(12),
      maxConcurrency: 2,
      meaning: {
        deadLetters: `${givingUp.join(', ')}: one gave up on a change, an order or an event. It is tried again for four hours, then a person has to.`,
      },
    });
    this.#context = props;
    const takeUp = new BudgeteerFunction(this, 'TakeUp', {
      ...props.functions,
      name: 'take-up',
      description: 'Has functions do again what they gave up on',
      environment: {},
      timeout: Duration.minutes(2),
    });
    for (const table of props.streams) table.grantReadRange(takeUp);
    // By name: most of them are deployed after this stack.
    allow(
      takeUp,
      ['lambda:InvokeFunction'],
      givingUp.map((name) => namedFunctionArn(this, props.stage, name)),
    );
    this.feed(takeUp);
  }

  /** Lets a function leave something here. @returns what Lambda wants as its failure destination */
  destinationOf(fn: lambda.Function): lambda.IDestination & lambda.IEventSourceDlq {
    allow(fn, ['sqs:SendMessage'], [this.queue.queueArn]);
    allowKeyUse(fn, this.#context.key);
    // Not `SqsDestination` and `SqsDlq`: they grant wildcards of the key's actions.
    return { bind: () => ({ destination: this.queue.queueArn }) };
  }

  /** What of an asynchronous call fails three times is left here. */
  takeEventsOf(fn: lambda.Function): void {
    fn.configureAsyncInvoke({ onFailure: this.destinationOf(fn), retryAttempts: 2 });
  }
}
