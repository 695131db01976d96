import { type AttributeValue, type ConsumedCapacity, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import Table from 'cli-table3';
import { documentClient } from '../lambda/adapters/dynamodb/client.ts';
import { DynamoDbLedger } from '../lambda/adapters/dynamodb/ledger.ts';
import { DynamoDbSubjects } from '../lambda/adapters/dynamodb/subjects.ts';
import { settingsSchema } from '../lambda/contracts/settings.ts';
import { ingestLines } from '../lambda/use-cases/ingest-lines.ts';
import { createTables } from './local/create-tables.ts';
import { startDynamoDbLocal } from './local/dynamodb-local.ts';
import { synthesizeStage } from './local/synthesized-stage.ts';

/**
 * What metering costs, in capacity units per 1,000 invocations: counts, not times, so that any machine gives the same.
 * Real posts to AWS's DynamoDB Local, in tables as the templates define them.
 */

const now = new Date('2026-11-22T12:00:00Z');
const invocations = 1_000;
const deliveries = [1, 10, 100];
const channels = [
  { name: 'new', seenBefore: false },
  { name: 'repeated, CloudWatch Logs', seenBefore: false },
  { name: 'repeated, S3', seenBefore: true },
];

const recordOf = (index: number, size: number) =>
  JSON.stringify({
    timestamp: '2026-11-22T12:00:00Z',
    accountId: '111122223333',
    identity: { arn: `arn:aws:iam::111122223333:user/bench-${size}` },
    region: 'us-east-1',
    requestId: `00000000-0000-4000-8000-${String(size * invocations + index).padStart(12, '0')}`,
    operation: 'Converse',
    modelId: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    input: { inputTokenCount: 4_000 },
    output: { outputTokenCount: 900 },
  });

interface Units {
  ledgerWrites: number;
  budgetWrites: number;
  reads: number;
  calls: number;
}

interface Write {
  readonly TableName: string;
  readonly Item?: Record<string, AttributeValue>;
}

/**
 * Counts what AWS would charge for every call. DynamoDB Local answers reads truly, but a transaction as if it were one
 * item, so writes follow AWS's own rule (Developer Guide, "Read and write operations": two units per started KB of each
 * item of a transaction, also where it is cancelled).
 */
function counting(client: DynamoDBClient, tables: { readonly ledger: string }): Units {
  const units: Units = { ledgerWrites: 0, budgetWrites: 0, reads: 0, calls: 0 };
  client.middlewareStack.add(
    (next) => async (args) => {
      units.calls++;
      const input = args.input as Partial<Write> & { TransactItems?: Record<string, Write>[] };
      for (const { TableName, Item } of (input.TransactItems ?? []).flatMap((item) => Object.values(item))) {
        units[TableName === tables.ledger ? 'ledgerWrites' : 'budgetWrites'] +=
          2 * Math.ceil(bytesOf(Item) / 1024 || 1);
      }
      if (input.Item !== undefined) units.budgetWrites += Math.ceil(bytesOf(input.Item) / 1024);
      const answer = await next({ ...args, input: { ...args.input, ReturnConsumedCapacity: 'TOTAL' } });
      const { Responses, ConsumedCapacity = [] } = answer.output as {
        Responses?: unknown;
        ConsumedCapacity?: ConsumedCapacity[];
      };
      if (Responses !== undefined)
        for (const { CapacityUnits = 0 } of ConsumedCapacity) units.reads += CapacityUnits;
      return answer;
    },
    { step: 'initialize' },
  );
  return units;
}

/** Names and values as UTF-8, close to how DynamoDB counts an item; an update here touches a balance of under 1 KB. */
const bytesOf = (item: Record<string, AttributeValue> = {}): number =>
  Buffer.byteLength(JSON.stringify(item, (_, value) => (typeof value === 'bigint' ? String(value) : value)));

const dynamodb = await startDynamoDbLocal();
const stage = synthesizeStage({ mode: 'enforce' }, { account: '111122223333', region: 'us-east-1' });
const clientOf = () =>
  new DynamoDBClient({
    endpoint: dynamodb.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
  });
const nameOf = (role: string) => stage.assembly.tables.find(({ name }) => name.endsWith(role))?.name ?? role;
const tables = {
  ledger: nameOf('usage-tracking'),
  budgets: nameOf('user-budgets'),
  alerts: nameOf('budget-alerts'),
};
const settings = settingsSchema.parse({ mode: 'enforce' });
const sleep = async () => {};

const table = new Table({
  head: ['delivery', 'of lines a person', 'usage-tracking WCU', 'user-budgets WCU', 'RCU', 'calls'],
  style: { head: [], border: [] },
});
try {
  await createTables(clientOf(), stage.assembly.tables);
  for (const size of deliveries) {
    const lines = Array.from({ length: invocations }, (_, index) => recordOf(index, size));
    for (const { name, seenBefore } of channels) {
      const client = clientOf();
      const units = counting(client, tables);
      const document = documentClient(client);
      const deps = {
        ledger: new DynamoDbLedger(document, tables, settings, sleep),
        subjects: new DynamoDbSubjects(document, tables, () => now, sleep),
        settings,
        clock: () => now,
      };
      for (let start = 0; start < lines.length; start += size) {
        const batch = lines.slice(start, start + size).map((text) => ({ text, source: 'bench' }));
        await ingestLines(batch, deps, { id: `${name} ${start}`, seenBefore });
      }
      table.push([name, size, units.ledgerWrites, units.budgetWrites, units.reads, units.calls]);
    }
  }
  console.log(`Capacity units per ${invocations} invocations of one person, by how many arrive together:`);
  console.log(table.toString());
} finally {
  stage.dispose();
  await dynamodb.stop();
}
