import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createTables } from '../../scripts/local/create-tables.ts';
import { startEngine } from '../../scripts/local/engine/start-engine.ts';
import { type LocalTables, tablesOf } from '../../scripts/local/local-tables.ts';
import { synthesizeStage } from '../../scripts/local/synthesized-stage.ts';

export interface Tables extends LocalTables {
  /** A client of its own: what a test does to its middleware stays there. */
  client(): DynamoDBClient;
  stop(): Promise<void>;
}

/** The stage's tables, empty, as its template declares them, for tests of what stands between us and DynamoDB. */
export async function startTables(): Promise<Tables> {
  const place = { account: '111122223333', region: 'us-east-1' };
  const [engine, { assembly, dispose }] = await Promise.all([
    startEngine(),
    synthesizeStage({ mode: 'enforce' }, place),
  ]);
  const client = () =>
    new DynamoDBClient({
      endpoint: engine.endpoint,
      region: place.region,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      maxAttempts: 1,
    });
  await createTables(client(), assembly.tables);
  return {
    ...tablesOf(assembly),
    client,
    stop: async () => {
      dispose();
      await engine.stop();
    },
  };
}
