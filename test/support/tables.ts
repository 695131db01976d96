import { randomUUID } from 'node:crypto';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { startEngine } from '../../scripts/local/engine/start-engine.ts';

export interface Tables {
  readonly budgets: string;
  readonly ledger: string;
  readonly alerts: string;
  readonly audit: string;
  /** A client of its own: what a test does to its middleware stays there. */
  client(): DynamoDBClient;
  stop(): Promise<void>;
}

const text = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' as const });
const throughput = { ReadCapacityUnits: 5, WriteCapacityUnits: 5 };

/** DynamoDB Local with four empty tables of names of their own, for tests of what stands between us and DynamoDB. */
export async function startTables(): Promise<Tables> {
  const local = await startEngine();
  const client = () =>
    new DynamoDBClient({
      endpoint: local.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      maxAttempts: 1,
    });
  const run = randomUUID().slice(0, 8);
  const names = {
    budgets: `budgets-${run}`,
    ledger: `ledger-${run}`,
    alerts: `alerts-${run}`,
    audit: `audit-${run}`,
  };
  for (const [role, TableName] of Object.entries(names)) {
    const due = role === 'budgets';
    await client().send(
      new CreateTableCommand({
        TableName,
        ProvisionedThroughput: throughput,
        AttributeDefinitions: [text('pk'), text('sk'), ...(due ? [text('dueShard'), text('dueAt')] : [])],
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        ...(due
          ? {
              GlobalSecondaryIndexes: [
                {
                  IndexName: 'due',
                  KeySchema: [
                    { AttributeName: 'dueShard', KeyType: 'HASH' },
                    { AttributeName: 'dueAt', KeyType: 'RANGE' },
                  ],
                  Projection: { ProjectionType: 'ALL' },
                  ProvisionedThroughput: throughput,
                },
              ],
            }
          : {}),
      }),
    );
  }
  return { ...names, client, stop: () => local.stop() };
}
