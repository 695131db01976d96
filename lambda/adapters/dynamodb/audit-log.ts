import {
  type DynamoDBDocumentClient,
  ExecuteStatementCommand,
  paginateQuery,
  QueryCommand,
} from '@aws-sdk/lib-dynamodb';
import type { AuditEntry } from '../../domain/audit-chain.ts';
import type { AuditLog } from '../../use-cases/ports/audit.ts';
import { storedVersion, versioned } from './stored-version.ts';
import type { Item } from './transact.ts';

/** DynamoDB Local leaves the suffix off. */
const taken = new Set(['DuplicateItemException', 'DuplicateItem']);

/** Versions as sort keys: as text they have to sort like numbers. */
export const auditSortKey = (version: number): string => String(version).padStart(12, '0');

/** The version stands beside the entry, so that the hash covers what it always did. @throws Error where another version wrote the item */
export const auditEntryOf = (item: Item): AuditEntry => versioned('audit entry', item)['entry'] as AuditEntry;

/**
 * Appends by PartiQL INSERT and by nothing else: unlike PutItem it refuses an existing key, so a role that may only
 * insert can never overwrite.
 */
export class DynamoDbAuditLog implements AuditLog {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async head(subject: string): Promise<AuditEntry | undefined> {
    const { Items } = await this.#client.send(
      new QueryCommand({
        TableName: this.#table,
        KeyConditionExpression: 'pk = :subject',
        ExpressionAttributeValues: { ':subject': subject },
        ScanIndexForward: false,
        ConsistentRead: true,
        Limit: 1,
      }),
    );
    const [newest] = Items ?? [];
    return newest && auditEntryOf(newest);
  }

  entriesFrom(subject: string, version: number): Promise<readonly AuditEntry[]> {
    return auditEntriesFrom(this.#client, this.#table, subject, version);
  }

  async insert(entry: AuditEntry): Promise<boolean> {
    try {
      await this.#client.send(
        new ExecuteStatementCommand({
          Statement: `INSERT INTO "${this.#table}" VALUE {'pk': ?, 'sk': ?, 'v': ?, 'entry': ?}`,
          Parameters: [entry.subject, auditSortKey(entry.version), storedVersion, entry],
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof Error && taken.has(error.name)) return false;
      throw error;
    }
  }
}

/** A subject's entries from this place on, in order, read consistently. @param version left out, all of them */
export async function auditEntriesFrom(
  client: DynamoDBDocumentClient,
  table: string,
  subject: string,
  version?: number,
): Promise<readonly AuditEntry[]> {
  const entries: AuditEntry[] = [];
  const pages = paginateQuery(
    { client },
    {
      TableName: table,
      KeyConditionExpression: version === undefined ? 'pk = :subject' : 'pk = :subject AND sk >= :version',
      ExpressionAttributeValues: {
        ':subject': subject,
        ...(version !== undefined && { ':version': auditSortKey(version) }),
      },
      ConsistentRead: true,
    },
  );
  for await (const { Items = [] } of pages) entries.push(...Items.map(auditEntryOf));
  return entries;
}
