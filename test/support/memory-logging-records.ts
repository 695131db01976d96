import type { LoggingRecord } from '../../lambda/domain/logging/logging-config.ts';
import type { LoggingRecords } from '../../lambda/use-cases/ports/upkeep.ts';

/** A table with the one item. */
export class MemoryLoggingRecords implements LoggingRecords {
  record: LoggingRecord | undefined;

  async find(): Promise<LoggingRecord | undefined> {
    return this.record;
  }

  async save(record: LoggingRecord): Promise<void> {
    this.record = structuredClone(record);
  }

  async remove(): Promise<void> {
    this.record = undefined;
  }
}
