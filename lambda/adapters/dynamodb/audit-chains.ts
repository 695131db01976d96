import { type DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { AuditEntry } from '../../domain/audit-chain.ts';
import type { AuditChains } from '../../use-cases/ports/audit.ts';
import { auditEntriesFrom } from './audit-log.ts';

/** Sorts after every version. */
const afterAll = '~';

/**
 * Reads the chains without reading them through. A scan of one item at a time, told to go on behind the partition that it
 * met, meets each partition once: half a read unit a subject, however long the chains have become.
 */
export class DynamoDbAuditChains implements AuditChains {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async *subjects(): AsyncGenerator<string> {
    let before: string | undefined;
    for (;;) {
      const { Items = [] } = await this.#client.send(
        new ScanCommand({
          TableName: this.#table,
          ProjectionExpression: 'pk',
          Limit: 1,
          ...(before !== undefined && { ExclusiveStartKey: { pk: before, sk: afterAll } }),
        }),
      );
      const subject = Items[0]?.['pk'] as string | undefined;
      if (subject === undefined) return;
      yield subject;
      before = subject;
    }
  }

  entriesFrom(subject: string, version: number): Promise<readonly AuditEntry[]> {
    return auditEntriesFrom(this.#client, this.#table, subject, version);
  }
}
