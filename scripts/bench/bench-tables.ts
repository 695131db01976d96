import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createTables } from '../local/create-tables.ts';
import { startEngine } from '../local/engine/start-engine.ts';
import { synthesizeStage } from '../local/synthesized-stage.ts';

/** A stand-in for DynamoDB with the tables as the templates define them. */
export interface BenchTables {
  readonly names: { readonly ledger: string; readonly budgets: string; readonly alerts: string };
  /** A client of its own for each measurement. */
  clientOf(): DynamoDBClient;
  stop(): Promise<void>;
}

export async function startBenchTables(): Promise<BenchTables> {
  const dynamodb = await startEngine();
  const stage = await synthesizeStage({ mode: 'enforce' }, { account: '111122223333', region: 'us-east-1' });
  const { tables } = stage.assembly;
  const nameOf = (role: string) => tables.find(({ name }) => name.endsWith(role))?.name ?? role;
  const clientOf = () =>
    new DynamoDBClient({
      endpoint: dynamodb.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
    });
  await createTables(clientOf(), tables);
  return {
    names: {
      ledger: nameOf('usage-tracking'),
      budgets: nameOf('user-budgets'),
      alerts: nameOf('budget-alerts'),
    },
    clientOf,
    stop: async () => {
      stage.dispose();
      await dynamodb.stop();
    },
  };
}
