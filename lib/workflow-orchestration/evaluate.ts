import type { Construct } from 'constructs';
import type { AlertTopic } from '../monitoring/alert-topic.ts';
import type { GivenUpQueue } from '../monitoring/given-up-queue.ts';
import { StreamConsumer } from '../shared/stream-consumer.ts';
import { createDecider, type DeciderProps } from './decider.ts';

/** Has a subject evaluated when its balance or its budget has changed. */
export function evaluateChanges(
  scope: Construct,
  {
    operationsTopic,
    givenUp,
    ...props
  }: DeciderProps & { operationsTopic: AlertTopic; givenUp: GivenUpQueue },
): void {
  const evaluate = createDecider(scope, 'Evaluate', {
    ...props,
    name: 'evaluate',
    description: 'Decides on a subject whose balance or budget has changed',
  });
  new StreamConsumer(scope, 'BudgetsToEvaluate', {
    stage: props.functions.stage,
    name: 'evaluate',
    handler: evaluate,
    table: props.userBudgets,
    // Not its own states and outbox items. A request that was answered is deleted, which does not match either.
    filters: [
      { eventName: ['INSERT', 'MODIFY'], dynamodb: { Keys: { sk: { S: [{ prefix: 'BAL#' }] } } } },
      { dynamodb: { Keys: { sk: { S: ['BUDGET'] } } } },
      { eventName: ['INSERT', 'MODIFY'], dynamodb: { Keys: { sk: { S: ['EVALUATE'] } } } },
    ],
    // A decision reads everything anew, and who could not be evaluated is due: the sweep goes on from there.
    retryAttempts: 10,
    operations: operationsTopic,
    givenUp,
  });
}
