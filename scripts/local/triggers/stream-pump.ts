import type { Activity } from '../activity.ts';
import type { MappingSpec, TableSpec } from '../assembly/local-assembly.ts';
import type { Chaos } from '../chaos.ts';
import { matchesEvent } from '../event-pattern.ts';
import { Pump } from './pump.ts';
import { type Batch, StreamBatches } from './stream-batches.ts';
import { StreamReader } from './stream-reader.ts';
import { type StreamRecord, streamRecord } from './stream-record.ts';

export interface StreamPumpDeps {
  readonly endpoint: string;
  readonly region: string;
  readonly mapping: MappingSpec;
  readonly table: TableSpec;
  readonly activity: Activity;
  readonly chaos: Chaos;
  readonly now: () => Date;
  readonly invoke: (event: unknown) => Promise<{ ok: boolean; payload?: unknown }>;
  /** Takes what the function could not do after all its retries. */
  readonly giveUp: (batch: Batch) => Promise<void>;
}

/** One event source mapping of a table's stream: reads, filters, invokes in order, redelivers. */
export class StreamPump {
  readonly #deps: StreamPumpDeps;
  readonly #pump: Pump;
  readonly #batches: StreamBatches;
  readonly #reader: StreamReader;
  #removed = false;

  constructor(deps: StreamPumpDeps) {
    this.#deps = deps;
    this.#reader = new StreamReader(deps.endpoint, deps.table.name);
    const invoke: StreamPumpDeps['invoke'] = async (event) =>
      this.#removed ? { ok: true } : deps.invoke(event);
    this.#batches = new StreamBatches({ ...deps, invoke });
    this.#pump = new Pump(deps.activity, () => this.#drain());
  }

  /** Ends if this is the mapping: a batch under way is let go. */
  removeIf(id: string): void {
    if (this.#deps.mapping.id === id) this.#removed = true;
  }

  trigger(): void {
    if (this.#deps.mapping.enabled && !this.#removed) this.#pump.trigger();
  }

  async #drain(): Promise<boolean> {
    const { mapping, table, region, now, chaos } = this.#deps;
    if (this.#removed) return false;
    const raw = await this.#reader.read();
    const records = raw.map((record) => streamRecord(record, table.streamArn ?? '', region, now()));
    const wanted = records.filter((record) => this.#isWanted(record));
    for (let start = 0; start < wanted.length; start += mapping.batchSize) {
      const batch = wanted.slice(start, start + mapping.batchSize);
      await this.#batches.deliver(batch);
      // At least once: a checkpoint may be lost, the batch then comes again.
      if (chaos.duplicates()) await this.#batches.deliver(batch);
    }
    return raw.length > 0;
  }

  #isWanted(record: StreamRecord): boolean {
    const { filters } = this.#deps.mapping;
    return filters.length === 0 || filters.some((pattern) => matchesEvent(pattern, record));
  }
}
