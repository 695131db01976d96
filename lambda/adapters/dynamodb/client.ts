import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/**
 * A document client that never turns money into a float: whole numbers beyond 2^53 come back as bigint, and adapters
 * read every amount through `BigInt()`.
 */
export function documentClient(client = new DynamoDBClient({ maxAttempts: 6 })): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(client, {
    marshallOptions: { removeUndefinedValues: true },
    unmarshallOptions: { wrapNumbers },
  });
}

/** Money beyond 2^53 nano-USD is no reason to fail, nor to round. */
export const wrapNumbers = (text: string): number | bigint =>
  Number.isSafeInteger(Number(text)) ? Number(text) : BigInt(text);
