import type { MappingSpec } from '../assembly/local-assembly.ts';
import type { StreamRecord } from './stream-record.ts';

export type Batch = readonly StreamRecord[];

/** Where a mapping retries until the record expires, so many tries stand for its 24 hours. */
const triesForADay = 25;

export interface StreamBatchesDeps {
  readonly mapping: MappingSpec;
  readonly invoke: (event: unknown) => Promise<{ ok: boolean; payload?: unknown }>;
  readonly giveUp: (batch: Batch) => Promise<void>;
}

/** Delivers batches of a stream as Lambda does: in order, again after a failure, halved where that is configured. */
export class StreamBatches {
  readonly #deps: StreamBatchesDeps;

  constructor(deps: StreamBatchesDeps) {
    this.#deps = deps;
  }

  async deliver(batch: Batch): Promise<void> {
    await this.#deliver(batch, 0);
  }

  async #deliver(batch: Batch, failures: number): Promise<void> {
    const { mapping, invoke, giveUp } = this.#deps;
    const result = await invoke({ Records: batch });
    const rest = result.ok ? this.#reported(batch, result.payload) : batch;
    if (rest.length === 0) return;
    // Progress begins a new count: the first of the rest has failed only now.
    const failed = rest.length < batch.length ? 1 : failures + 1;
    const limit = mapping.maximumRetryAttempts < 0 ? triesForADay : mapping.maximumRetryAttempts;
    if (failed > limit) {
      await giveUp(rest);
      return;
    }
    if (!result.ok && mapping.bisectBatchOnError && rest.length > 1) {
      const middle = Math.ceil(rest.length / 2);
      // Halves of a halved batch do not use up its retries.
      await this.#deliver(rest.slice(0, middle), failures);
      await this.#deliver(rest.slice(middle), failures);
      return;
    }
    await this.#deliver(rest, failed);
  }

  /** Everything from the first reported failure on goes again. */
  #reported(batch: Batch, payload: unknown): Batch {
    if (!this.#deps.mapping.reportBatchItemFailures) return [];
    const failures =
      (payload as { batchItemFailures?: { itemIdentifier?: string }[] } | null)?.batchItemFailures ?? [];
    const positions = failures.map(({ itemIdentifier }) =>
      batch.findIndex(({ dynamodb }) => dynamodb.SequenceNumber === itemIdentifier),
    );
    if (positions.length === 0) return [];
    // An unknown identifier fails the whole batch, as in AWS.
    return batch.slice(Math.max(0, Math.min(...positions)));
  }
}
