import { randomUUID } from 'node:crypto';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { DynamoDbOverrideRecords } from '../../../lambda/adapters/dynamodb/override-records.ts';
import { physicalName } from '../../../lib/shared/naming.ts';
import { whoCalls } from '../deployment/caller.ts';
import type { Deployment } from '../deployment/deployment.ts';

/** What became of an order. */
export type OrderOutcome =
  | { readonly kind: 'taken' }
  | { readonly kind: 'not-taken'; readonly why: string }
  | { readonly kind: 'waits' }
  | { readonly kind: 'running' };

const pollMs = 1_000;
const polls = 60;

/** Of the override machine of this stage. */
export async function overrideMachineArn(deployment: Deployment): Promise<string> {
  const { account, partition } = await whoCalls(deployment);
  const name = physicalName(deployment.stage, 'override');
  return `arn:${partition}:states:${deployment.aws.region}:${account}:stateMachine:${name}`;
}

/** Starts the machine past the front door: whoever asks is recorded as claimed. */
export async function startDirectly(request: unknown, deployment: Deployment): Promise<string> {
  const name = `direct-${randomUUID()}`;
  await new SFNClient(deployment.aws).send(
    new StartExecutionCommand({
      stateMachineArn: await overrideMachineArn(deployment),
      name,
      input: JSON.stringify(request),
    }),
  );
  return name;
}

/**
 * Waits until the execution has ended, or waits for a second person; a minute at most.
 * @param answered a second person has answered, so that the token still kept says nothing
 */
export async function outcomeOf(
  execution: string,
  deployment: Deployment,
  { answered = false } = {},
): Promise<OrderOutcome> {
  const { aws, client, tables, clock, sleep } = deployment;
  const states = new SFNClient(aws);
  const records = new DynamoDbOverrideRecords(client, tables.budgets, clock);
  const machine = await overrideMachineArn(deployment);
  const executionArn = `${machine.replace(':stateMachine:', ':execution:')}:${execution}`;
  for (let poll = 0; poll < polls; poll++) {
    const { status, cause, error } = await states.send(new DescribeExecutionCommand({ executionArn }));
    if (status === 'SUCCEEDED') return { kind: 'taken' };
    if (status !== 'RUNNING') return { kind: 'not-taken', why: cause || error || `It ended as ${status}.` };
    if (!answered && (await records.find(execution))?.token !== undefined) return { kind: 'waits' };
    await sleep(pollMs);
  }
  return { kind: 'running' };
}
