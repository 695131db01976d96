import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { topicChannel } from '../../domain/notify/channels.ts';
import { type Digest, digestPartition, type Topic } from '../../domain/notify/digest.ts';
import type { AlertDeliveries, AlertKey, Claim } from '../../use-cases/ports/messages.ts';
import { minutePartition } from './alert-items.ts';
import { storedVersion, versioned } from './stored-version.ts';
import type { Item } from './transact.ts';

/** Counts of minutes are of no use afterwards. */
const minuteKeptSeconds = 3_600;

/** The admins' mark is the alert's `sentAt`. */
const sentName = (channel: string) => (channel === topicChannel ? 'sentAt' : `sent#${channel}`);
const openName = (channel: string) => `open#${channel}`;

/**
 * Marks in the items of alerts and digests. Attempts are a set of ids and not a count: a repeated write, which nobody
 * can rule out, changes nothing.
 */
export class DynamoDbAlertDeliveries implements AlertDeliveries {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async claim(key: AlertKey, channel: string, attempt: string): Promise<Claim> {
    const unlessFolded = channel === topicChannel ? ' AND attribute_not_exists(foldedInto)' : '';
    const { item, refused } = await this.#update(key, {
      UpdateExpression: 'ADD #open :attempt',
      ConditionExpression: `attribute_exists(pk) AND attribute_not_exists(#sent)${unlessFolded}`,
      ExpressionAttributeNames: { '#open': openName(channel), '#sent': sentName(channel) },
      ExpressionAttributeValues: { ':attempt': new Set([attempt]) },
      ReturnValues: 'UPDATED_NEW',
    });
    if (refused) return told(item);
    return { kind: 'open', tries: (item[openName(channel)] as Set<string>).size };
  }

  async confirm(key: AlertKey, channel: string, at: Date): Promise<void> {
    await this.#update(key, {
      UpdateExpression: 'SET #sent = if_not_exists(#sent, :at) REMOVE #open',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeNames: { '#open': openName(channel), '#sent': sentName(channel) },
      ExpressionAttributeValues: { ':at': at.toISOString() },
    });
  }

  async release(key: AlertKey, channel: string, attempt: string): Promise<void> {
    await this.#update(key, {
      UpdateExpression: 'DELETE #open :attempt',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeNames: { '#open': openName(channel) },
      ExpressionAttributeValues: { ':attempt': new Set([attempt]) },
    });
  }

  async fold(key: AlertKey, digest: string): Promise<Exclude<Claim, { kind: 'open' }>> {
    const { item, refused } = await this.#update(key, {
      UpdateExpression: 'SET foldedInto = :digest',
      ConditionExpression:
        'attribute_exists(pk) AND attribute_not_exists(sentAt) AND attribute_not_exists(foldedInto)',
      ExpressionAttributeValues: { ':digest': digest },
    });
    return refused ? told(item) : { kind: 'folded', digest };
  }

  async keepDigest(digest: Digest): Promise<void> {
    try {
      await this.#client.send(
        new PutCommand({
          TableName: this.#table,
          Item: { pk: digestPartition(digest.topic), sk: digest.id, v: storedVersion, digest },
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }

  async findDigest(topic: Topic, id: string): Promise<Digest | undefined> {
    const Key = { pk: digestPartition(topic), sk: id };
    const { Item } = await this.#client.send(
      new GetCommand({ TableName: this.#table, Key, ConsistentRead: true }),
    );
    return versioned('alert', Item)?.['digest'] as Digest | undefined;
  }

  async takeMessages(topic: Topic, minute: string, count: number): Promise<number> {
    const { item } = await this.#update(
      { subject: minutePartition(topic), sortKey: minute },
      {
        UpdateExpression: 'ADD messages :count SET expiresAt = :expiresAt',
        ExpressionAttributeValues: {
          ':count': count,
          ':expiresAt': Math.floor(Date.parse(`${minute}:00Z`) / 1000) + minuteKeptSeconds,
        },
        ReturnValues: 'UPDATED_NEW',
      },
    );
    return Number(item['messages']) - count;
  }

  /** @returns what was asked for, or where the condition refused the item as it is. */
  async #update(
    { subject, sortKey }: AlertKey,
    input: Omit<UpdateCommandInput, 'TableName' | 'Key'>,
  ): Promise<{ readonly item: Item; readonly refused: boolean }> {
    try {
      const { Attributes = {} } = await this.#client.send(
        new UpdateCommand({
          TableName: this.#table,
          Key: { pk: subject, sk: sortKey },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          ...input,
        }),
      );
      return { item: Attributes, refused: false };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return {
        item: error.Item === undefined ? {} : unmarshall(error.Item, { wrapNumbers: true }),
        refused: true,
      };
    }
  }
}

/** An alert that is gone counts as sent. */
function told(item: Item): Exclude<Claim, { kind: 'open' }> {
  const digest = item['foldedInto'];
  return item['sentAt'] === undefined && typeof digest === 'string'
    ? { kind: 'folded', digest }
    : { kind: 'done' };
}
