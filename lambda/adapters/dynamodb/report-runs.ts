import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { ReportKind } from '../../domain/report/report-period.ts';
import type { ReportRuns } from '../../use-cases/ports/messages.ts';

/** No subject: this partition is the deployment's own, and the function's role may write to no other. */
const keyOf = (kind: ReportKind) => ({ pk: 'deployment', sk: `REPORT#${kind}` });

/** When reports last went out. */
export class DynamoDbReportRuns implements ReportRuns {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async last(kind: ReportKind): Promise<string | undefined> {
    const { Item } = await this.#client.send(new GetCommand({ TableName: this.#table, Key: keyOf(kind) }));
    return Item?.['day'] as string | undefined;
  }

  async save(kind: ReportKind, day: string): Promise<void> {
    await this.#client.send(new PutCommand({ TableName: this.#table, Item: { ...keyOf(kind), day } }));
  }
}
