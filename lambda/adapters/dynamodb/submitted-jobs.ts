import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, type DynamoDBDocumentClient, PutCommand, paginateQuery } from '@aws-sdk/lib-dynamodb';
import type { SubmittedJobs } from '../../use-cases/ports/iam.ts';
import type { Clock } from '../../use-cases/ports/time.ts';
import { jobPrefix } from './keys.ts';

/** Bedrock gives a job up after seven days at the latest. */
const keptDays = 8;
/** The account's jobs are listed so often at most, however many principals are halted at once. */
const sweepEveryMs = 120_000;
const sweepKey = { pk: 'deployment', sk: 'JOBS' };

/** Who submitted which batch job, in the partitions of user-budgets. */
export class DynamoDbSubmittedJobs implements SubmittedJobs {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #clock: Clock;

  constructor(client: DynamoDBDocumentClient, table: string, clock: Clock) {
    this.#client = client;
    this.#table = table;
    this.#clock = clock;
  }

  async record(subject: string, jobArn: string): Promise<void> {
    const expiresAt = Math.floor(this.#clock().getTime() / 1000) + keptDays * 86_400;
    const Item = { pk: subject, sk: jobPrefix + jobArn, expiresAt };
    await this.#client.send(new PutCommand({ TableName: this.#table, Item }));
  }

  async of(subject: string): Promise<readonly string[]> {
    const found: string[] = [];
    const pages = paginateQuery(
      { client: this.#client },
      {
        TableName: this.#table,
        KeyConditionExpression: 'pk = :subject AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':subject': subject, ':prefix': jobPrefix },
        ConsistentRead: true,
      },
    );
    for await (const { Items = [] } of pages)
      found.push(...Items.map(({ sk }) => String(sk).slice(jobPrefix.length)));
    return found;
  }

  async forget(subject: string, jobArn: string): Promise<void> {
    const Key = { pk: subject, sk: jobPrefix + jobArn };
    await this.#client.send(new DeleteCommand({ TableName: this.#table, Key }));
  }

  async takeSweep(now: Date): Promise<boolean> {
    try {
      await this.#client.send(
        new PutCommand({
          TableName: this.#table,
          Item: { ...sweepKey, sweptAt: now.getTime() },
          ConditionExpression: 'attribute_not_exists(pk) OR sweptAt <= :before',
          ExpressionAttributeValues: { ':before': now.getTime() - sweepEveryMs },
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }
}
