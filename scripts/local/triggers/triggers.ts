import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Activity } from '../activity.ts';
import type { LocalAssembly, MappingSpec } from '../assembly/local-assembly.ts';
import type { Authorizer } from '../aws/authorizer.ts';
import type { Chaos } from '../chaos.ts';
import { queueName } from '../fauxqs-names.ts';
import type { Functions } from '../functions.ts';
import type { StackEvents } from '../stack-events.ts';
import type { MessageSender } from './message-sender.ts';
import { QueuePump } from './queue-pump.ts';
import type { Batch } from './stream-batches.ts';
import { StreamPump } from './stream-pump.ts';

export interface TriggersDeps {
  readonly assembly: LocalAssembly;
  readonly functions: Functions;
  readonly authorizer: Authorizer;
  readonly activity: Activity;
  readonly chaos: Chaos;
  readonly now: () => Date;
  readonly dynamodbEndpoint: string;
  readonly queues: SQSClient;
  readonly sender: MessageSender;
  readonly events: StackEvents;
}

/** All event source mappings of the templates. */
export class Triggers {
  readonly #deps: TriggersDeps;
  readonly #streams: StreamPump[] = [];
  readonly #queues = new Map<string, QueuePump>();

  /** @throws Error for a mapping whose source is not in the templates */
  constructor(deps: TriggersDeps) {
    this.#deps = deps;
    for (const mapping of deps.assembly.mappings) {
      if (mapping.sourceArn.includes(':sqs:'))
        this.#queues.set(queueName(mapping.sourceArn), this.#queue(mapping));
      else this.#streams.push(this.#stream(mapping));
    }
    deps.events.on('tableWritten', () => trigger(this.#streams));
    deps.events.on('messageSent', (queue) => this.#queues.get(queue)?.trigger());
    deps.events.on('resourceStopped', ({ type, ref }) => {
      if (type === 'AWS::Lambda::EventSourceMapping') for (const pump of this.#pumps()) pump.removeIf(ref);
    });
  }

  triggerAll(): void {
    trigger(this.#pumps());
  }

  #pumps(): (StreamPump | QueuePump)[] {
    return [...this.#streams, ...this.#queues.values()];
  }

  #stream(mapping: MappingSpec): StreamPump {
    const { assembly, functions, dynamodbEndpoint: endpoint, activity, chaos, now } = this.#deps;
    const table = assembly.tables.find(({ streamArn }) => streamArn === mapping.sourceArn);
    if (!table)
      throw new Error(`The event source ${mapping.sourceArn} is no stream of the templates' tables.`);
    return new StreamPump({
      endpoint,
      region: assembly.place.region,
      mapping,
      table,
      activity,
      chaos,
      now,
      invoke: (event) => functions.invoke(mapping.functionArn, event),
      giveUp: (batch) => this.#giveUp(mapping, batch),
    });
  }

  #queue(mapping: MappingSpec): QueuePump {
    const { assembly, functions, queues: client, activity, sender } = this.#deps;
    return new QueuePump({
      client,
      queueUrl: sender.urlOf(mapping.sourceArn),
      region: assembly.place.region,
      mapping,
      activity,
      invoke: (event) => functions.invoke(mapping.functionArn, event),
    });
  }

  async #giveUp({ functionArn, sourceArn, onFailureArn }: MappingSpec, batch: Batch): Promise<void> {
    const { sender, authorizer, functions } = this.#deps;
    if (!onFailureArn) {
      const last = functions.recentLines().at(-1) ?? 'it wrote nothing';
      authorizer.refuse(
        `${functionArn.split(':').at(-1)} gave up on ${batch.length} records of ${sourceArn}: ${last}`,
      );
      return;
    }
    const [first, last] = [batch[0], batch.at(-1)];
    const DDBStreamBatchInfo = {
      streamArn: sourceArn,
      shardId: first?.shard,
      batchSize: batch.length,
      startSequenceNumber: first?.dynamodb.SequenceNumber,
      endSequenceNumber: last?.dynamodb.SequenceNumber,
    };
    const requestContext = { functionArn, condition: 'RetryAttemptsExhausted' };
    await sender.send(onFailureArn, JSON.stringify({ version: '1.0', requestContext, DDBStreamBatchInfo }));
  }
}

function trigger(pumps: readonly { trigger(): void }[]): void {
  for (const pump of pumps) pump.trigger();
}
