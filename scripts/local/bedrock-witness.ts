import type { Invocation } from '../../lambda/domain/metering/invocation.ts';
import { readLine } from '../../lambda/domain/metering/read-line.ts';
import type { CountedCall } from './aws/bedrock-counters.ts';
import type { LogObjects } from './log-objects.ts';

export interface SeenLines {
  readonly via: 'cloudwatch' | 's3';
  /** `late`: Bedrock's object does not come before a delivery by S3. */
  readonly copy: 'kept' | 'late';
}

interface Call {
  readonly invocation: Invocation;
  readonly text: string;
  /** Whether S3 delivered it: of copies that differ that is the true one. */
  readonly byS3: boolean;
}

/**
 * What Bedrock knows of each call that was made, however many copies of its line were delivered: it counts the call in AWS's
 * metrics and keeps its line in the log bucket, once per account, Region and request.
 */
export class BedrockWitness {
  readonly #objects: LogObjects;
  readonly #calls = new Map<string, Call>();
  /** By object: the calls whose lines it holds. */
  readonly #kept = new Map<string, readonly string[]>();
  readonly #objectOf = new Map<string, string>();

  constructor(objects: LogObjects) {
    this.#objects = objects;
  }

  get calls(): readonly CountedCall[] {
    return [...this.#calls.values()].map(({ invocation }) => invocation);
  }

  /** Lines that Bedrock wrote are delivered. */
  async see(lines: readonly string[], { via, copy }: SeenLines): Promise<void> {
    const [fresh, changed] = [new Set<string>(), new Set<string>()];
    for (const text of lines) {
      const reading = readLine(text);
      if (reading.kind !== 'invocation') continue;
      const { invocation } = reading;
      const id = JSON.stringify([invocation.account, invocation.region, invocation.requestId]);
      const before = this.#calls.get(id);
      if (before !== undefined && (via !== 's3' || before.byS3)) continue;
      this.#calls.set(id, { invocation, text, byS3: via === 's3' });
      const object = this.#objectOf.get(id);
      if (object !== undefined && before?.text !== text) changed.add(object);
      // What S3 delivers lies there by itself.
      if (before === undefined && via !== 's3' && copy === 'kept') fresh.add(id);
    }
    for (const object of changed) await this.#write(object, this.#kept.get(object) ?? []);
    for (const [, ids] of Map.groupBy(fresh, (id) => this.#place(id))) await this.#keep(ids);
  }

  /** Objects lie in the Region and hour of their calls. */
  #place(id: string): string {
    const { region, timestamp } = this.#calls.get(id)?.invocation ?? { region: '', timestamp: '' };
    return `${region} ${timestamp.slice(0, 'yyyy-mm-ddThh'.length)}`;
  }

  async #keep(ids: readonly string[]): Promise<void> {
    const [first = ''] = ids;
    const { invocation } = this.#calls.get(first) ?? {};
    if (invocation === undefined) return;
    const object = this.#objects.keyAt(new Date(invocation.timestamp), invocation.region);
    this.#kept.set(object, ids);
    for (const id of ids) this.#objectOf.set(id, object);
    await this.#write(object, ids);
  }

  async #write(object: string, ids: readonly string[]): Promise<void> {
    await this.#objects.keep(
      object,
      ids.map((id) => this.#calls.get(id)?.text ?? ''),
    );
  }
}
