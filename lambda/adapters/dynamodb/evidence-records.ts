import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { EvidenceRecord, EvidenceRecords } from '../../use-cases/ports.ts';
import { evidenceShard } from './keys.ts';

/** No subject: this partition is the deployment's own. */
export const evidenceKey = { pk: 'deployment', sk: 'EVIDENCE' } as const;

const none: EvidenceRecord = {
  provenThrough: {},
  disproved: 0,
  disprovedCost: 0n,
  corrected: 0,
  conflicts: 0,
};

export function evidenceOf(item: Record<string, unknown> | undefined): EvidenceRecord {
  if (item === undefined) return none;
  const { provenThrough, disproved, disprovedCost, corrected, conflicts } = { ...none, ...item };
  return { provenThrough, disproved, corrected, conflicts, disprovedCost: BigInt(disprovedCost) };
}

/** What is remembered of proofs, and in the index of due items when one is due. */
export class DynamoDbEvidenceRecords implements EvidenceRecords {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async load(): Promise<EvidenceRecord> {
    const { Item } = await this.#client.send(
      new GetCommand({ TableName: this.#table, Key: evidenceKey, ConsistentRead: true }),
    );
    return evidenceOf(Item);
  }

  async save(record: EvidenceRecord, dueAt: Date | undefined): Promise<void> {
    const due = dueAt === undefined ? {} : { dueShard: evidenceShard, dueAt: dueAt.toISOString() };
    await this.#client.send(
      new PutCommand({ TableName: this.#table, Item: { ...evidenceKey, ...record, ...due } }),
    );
  }
}
