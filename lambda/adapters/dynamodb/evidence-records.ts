import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { EvidenceRecord, EvidenceRecords, RoomLook } from '../../use-cases/ports/evidence.ts';
import { evidenceShard } from './keys.ts';
import { setVersion, storedVersion, versioned } from './stored-version.ts';

/** No subject: this partition is the deployment's own. */
export const evidenceKey = { pk: 'deployment', sk: 'EVIDENCE' } as const;

const none: EvidenceRecord = {
  provenThrough: {},
  disproved: 0,
  disprovedCost: 0n,
  corrected: 0,
  conflicts: 0,
};

export function evidenceRecordOf(item: Record<string, unknown> | undefined): EvidenceRecord {
  if (item === undefined) return none;
  const { provenThrough, disproved, disprovedCost, corrected, conflicts, look } = {
    ...none,
    ...versioned('record of proofs', item),
  };
  return {
    ...{ provenThrough, disproved, corrected, conflicts, disprovedCost: BigInt(disprovedCost) },
    ...(look !== undefined && { look: { ...look, room: BigInt(look.room) } }),
  };
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
    return evidenceRecordOf(Item);
  }

  async save(record: EvidenceRecord, dueAt: Date | undefined): Promise<void> {
    const { provenThrough, disproved, disprovedCost, corrected, conflicts } = record;
    const kept = { provenThrough, disproved, disprovedCost, corrected, conflicts };
    const due = dueAt === undefined ? {} : { dueShard: evidenceShard, dueAt: dueAt.toISOString() };
    await this.#set({ ...kept, ...due }, dueAt === undefined ? ' REMOVE dueShard, dueAt' : '');
  }

  async saveLook(look: RoomLook): Promise<void> {
    await this.#set({ look }, '');
  }

  async #set(values: Record<string, unknown>, remove: string): Promise<void> {
    const names = Object.keys(values);
    await this.#client.send(
      new UpdateCommand({
        TableName: this.#table,
        Key: evidenceKey,
        UpdateExpression: `SET ${names.map((name) => `${name} = :${name}`).join(', ')}, ${setVersion}${remove}`,
        ExpressionAttributeValues: {
          ...Object.fromEntries(names.map((name) => [`:${name}`, values[name]])),
          ':v': storedVersion,
        },
      }),
    );
  }
}
