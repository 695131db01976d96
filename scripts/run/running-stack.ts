import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { BedrockCall } from '../local/aws/bedrock-call.ts';
import type { People } from '../local/people.ts';
import type { DeliveryOptions } from '../local/stack.ts';
import type { Channel, PlannedEvent } from './plan.ts';
import type { TableNames } from './read-tables.ts';
import type { ExecutionResult, MessageResult } from './result.ts';

/** The whole system at work on this machine, as a run sees it. */
export interface RunningStack {
  readonly client: DynamoDBDocumentClient;
  readonly tables: TableNames;
  /** Of the endpoint that stands in for all of AWS. */
  readonly url: string;
  now(): Date;
  deliver(via: Channel, lines: readonly string[], options?: DeliveryOptions): Promise<unknown>;
  /** Applications put usage events on the stage's bus. */
  report(events: readonly PlannedEvent[]): Promise<unknown>;
  /** Resolves when no record, stream record or workflow step is pending. */
  settle(): Promise<void>;
  advanceTo(to: Date): Promise<void>;
  invoke(call: BedrockCall): Promise<{ readonly decision: 'allowed' | 'denied'; readonly because: string }>;
  executions(): Promise<readonly ExecutionResult[]>;
  /** Whether the templates have this workflow. */
  hasWorkflow(stateMachine: string): boolean;
  startExecution(stateMachine: string, input: unknown, name?: string): unknown;
  /** Those who operate the system, or meddle with it. */
  readonly people: Pick<People, 'order' | 'answer' | 'callIam' | 'policyArn' | 'keyId'>;
  /** Sums of what the functions emitted, by metric name. */
  metrics(): Readonly<Record<string, number>>;
  messages(): Promise<readonly MessageResult[]>;
  /** One sentence for each call that a function's role does not allow. */
  refusals(): readonly string[];
  stop(): Promise<void>;
}
