import { documentClient } from '../../lambda/adapters/dynamodb/client.ts';
import { DynamoDbLedger } from '../../lambda/adapters/dynamodb/ledger.ts';
import { DynamoDbSubjects } from '../../lambda/adapters/dynamodb/subjects.ts';
import { settingsSchema } from '../../lambda/contracts/settings.ts';
import { ingestLines } from '../../lambda/use-cases/metering/ingest-lines.ts';
import { textTable } from '../command-line/text-table.ts';
import { startBenchTables } from './bench-tables.ts';
import { countUnits, type Units } from './count-units.ts';

const now = new Date('2026-11-22T12:00:00Z');
const invocations = 1_000;
const channels = [
  { name: 'new', seenBefore: false },
  { name: 'repeated, CloudWatch Logs', seenBefore: false },
  { name: 'repeated, S3', seenBefore: true },
];

/**
 * What metering costs, in capacity units per 1,000 invocations: counts, not times, so that any machine gives the same.
 * Real posts to a local engine, in tables as the templates define them.
 */
export async function countMetering(deliveries: readonly number[]): Promise<Metered[]> {
  const { names, clientOf, stop } = await startBenchTables();
  const settings = settingsSchema.parse({ mode: 'enforce' });
  const sleep = async () => {};
  const metered: Metered[] = [];
  try {
    for (const size of deliveries) {
      const lines = Array.from({ length: invocations }, (_, index) => recordOf(index, size));
      for (const { name, seenBefore } of channels) {
        const client = clientOf();
        const units = countUnits(client, names);
        const document = documentClient(client);
        const deps = {
          ledger: new DynamoDbLedger(document, names, settings, sleep),
          subjects: new DynamoDbSubjects(document, names, () => now, sleep),
          settings,
          clock: () => now,
        };
        for (let start = 0; start < lines.length; start += size) {
          const batch = lines.slice(start, start + size).map((text) => ({ text, source: 'bench' }));
          await ingestLines(batch, deps, { id: `${name} ${start}`, seenBefore });
        }
        metered.push({ size, channel: name, units });
      }
    }
  } finally {
    await stop();
  }
  return metered;
}

/** The same as a table for people. */
export async function measureMetering(): Promise<string> {
  const rows = (await countMetering([1, 10, 100])).map(({ size, channel, units }) =>
    [channel, size, units.ledgerWrites, units.budgetWrites, units.reads, units.calls].map(String),
  );
  const head = ['delivery', 'of lines a person', 'usage-tracking WCU', 'user-budgets WCU', 'RCU', 'calls'];
  return `Capacity units per ${invocations} invocations of one person, by how many arrive together:\n${textTable(head, rows)}`;
}

export interface Metered {
  /** Lines that arrive together. */
  readonly size: number;
  readonly channel: string;
  readonly units: Units;
}

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
