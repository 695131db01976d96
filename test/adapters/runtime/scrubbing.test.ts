import { gzipSync } from 'node:zlib';
import { type AttributeValue, ScanCommand } from '@aws-sdk/client-dynamodb';
import { documentClient } from '../../../lambda/adapters/dynamodb/client.ts';
import { DynamoDbLedger } from '../../../lambda/adapters/dynamodb/ledger.ts';
import { DynamoDbSubjects } from '../../../lambda/adapters/dynamodb/subjects.ts';
import { FunctionLogger } from '../../../lambda/adapters/runtime/function-logger.ts';
import { functionMetrics } from '../../../lambda/adapters/runtime/function-metrics.ts';
import { withCounts } from '../../../lambda/adapters/runtime/ingest-metrics.ts';
import { reported } from '../../../lambda/adapters/runtime/reported.ts';
import { settingsSchema } from '../../../lambda/contracts/settings.ts';
import { addIngested } from '../../../lambda/domain/metering/ingest-counts.ts';
import { createIngest } from '../../../lambda/handlers/ingest.ts';
import { record } from '../../support/records.ts';
import { startTables, type Tables } from '../../support/tables.ts';

/** Stands for a prompt, an answer, a credential: it may be nowhere once a line is metered. */
const canary = 'CANARY';
const secret = (what: string) => `${canary}-${what}-sk-live-0123456789`;

let tables: Tables;
let written: string[];
beforeAll(async () => {
  tables = await startTables();
}, 60_000);
afterAll(() => tables.stop());
beforeEach(() => {
  written = [];
  const take = (...parts: unknown[]) => {
    written.push(parts.map(String).join(' '));
    return true;
  };
  for (const stream of [process.stdout, process.stderr]) jest.spyOn(stream, 'write').mockImplementation(take);
  for (const level of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    jest.spyOn(console, level).mockImplementation(take);
  }
});
afterEach(() => jest.restoreAllMocks());

/** The parts of ingest's entry point, over DynamoDB Local; `lines` stands for what S3 holds. */
function deployed(lines: readonly string[] = []) {
  const settings = settingsSchema.parse({ mode: 'enforce' });
  const client = documentClient(tables.client());
  const clock = () => new Date('2026-11-22T12:00:10Z');
  const sleep = async () => {};
  const logger = new FunctionLogger('ingest');
  const report = { logger, metrics: functionMetrics('test', 'ingest') };
  const ingest = createIngest({
    ledger: new DynamoDbLedger(client, tables, settings, sleep),
    subjects: new DynamoDbSubjects(client, tables, clock, sleep),
    logBuckets: ['logs'],
    linesOfObject: async function* () {
      for (const [index, text] of lines.entries()) yield { kind: 'line' as const, number: index + 1, text };
    },
    settings,
    clock,
  });
  return {
    subscription: (data: string) =>
      withCounts(report, async (ingested) =>
        addIngested(ingested, await ingest.subscription({ awslogs: { data } }, 'delivery')),
      ),
    message: (body: string) =>
      withCounts(report, async (ingested) =>
        reported(logger, 'A message failed.', async () =>
          addIngested(ingested, await ingest.message(body, 'delivery')),
        ),
      ),
  };
}

function packed(messages: readonly string[]): string {
  const logEvents = messages.map((message, index) => ({ id: String(index), message, timestamp: 0 }));
  const payload = { messageType: 'DATA_MESSAGE', logGroup: 'group', logStream: 'stream', logEvents };
  return gzipSync(JSON.stringify(payload)).toString('base64');
}

async function everythingStored(): Promise<string> {
  const items: Record<string, AttributeValue>[] = [];
  for (const TableName of [tables.budgets, tables.ledger, tables.alerts, tables.audit]) {
    items.push(...((await tables.client().send(new ScanCommand({ TableName }))).Items ?? []));
  }
  return JSON.stringify(items);
}

const talkative = {
  ...record({ user: 'scrubbed' }),
  requestMetadata: { ticket: secret('metadata'), authorization: secret('bearer') },
  input: {
    inputContentType: 'application/json',
    inputTokenCount: 10,
    inputBodyJson: { system: secret('system'), messages: [{ role: 'user', content: secret('prompt') }] },
  },
  output: {
    outputContentType: 'application/json',
    outputTokenCount: 20,
    outputBodyJson: { content: [{ text: secret('answer') }], usage: { inputTokens: 10, outputTokens: 20 } },
  },
};
const spoilt = [
  `${secret('no json at all')}`,
  `{"schemaType": "ModelInvocationLog", "input": {"inputBodyJson": "${secret('cut off')}`,
  `{"prompt": ${secret('no quotes')}}`,
  JSON.stringify({ ...talkative, requestId: undefined }),
  JSON.stringify({ ...talkative, timestamp: secret('timestamp') }),
  JSON.stringify({ anything: secret('else') }),
];

it('keeps nothing of prompts, answers, metadata or unreadable lines in a table, a metric or a log', async () => {
  const lines = [JSON.stringify(talkative), ...spoilt];

  await deployed().subscription(packed(lines));
  const stored = await everythingStored();

  expect(stored).toContain('user/scrubbed');
  expect(stored).toContain('quarantine#');
  expect(stored).not.toContain(canary);
  expect(written.join('\n')).toContain('Batch ingested.');
  expect(written.join('\n')).not.toContain(canary);
});

it('keeps as little of what it reads from S3', async () => {
  const detail = { bucket: { name: 'logs' }, object: { key: 'AWSLogs/any.json.gz', size: 1 } };

  await deployed([JSON.stringify(talkative), ...spoilt]).message(JSON.stringify({ detail }));

  expect(await everythingStored()).not.toContain(canary);
  expect(written.join('\n')).not.toContain(canary);
});

it.each([
  ['a payload that is no JSON', gzipSync(secret('payload')).toString('base64')],
  ['a payload with an unquoted value', gzipSync(`{"a": ${secret('value')}}`).toString('base64')],
  ['no gzip', Buffer.from(secret('plain')).toString('base64')],
])('quotes nothing of %s, neither in the log nor in the error that Lambda logs', async (_, data) => {
  const ingested = deployed()
    .subscription(data)
    .catch((error: Error) => error);
  const outcome = await ingested;

  expect(written.join('\n')).not.toContain(canary);
  expect(`${outcome instanceof Error ? `${outcome.message} ${outcome.stack}` : ''}`).not.toContain(canary);
});

it('quotes nothing of a queued message that is no JSON, and still says that it failed', async () => {
  const ingested = deployed().message(`{"detail": ${secret('message')}}`);

  await expect(ingested).rejects.toThrow('The delivery is no JSON');
  expect(written.join('\n')).toContain('A message failed.');
  expect(written.join('\n')).not.toContain(canary);
});
