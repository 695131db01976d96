import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { documentClient } from '../../../lambda/adapters/dynamodb/client.ts';
import { DynamoDbLedger } from '../../../lambda/adapters/dynamodb/ledger.ts';
import { DynamoDbPrincipals } from '../../../lambda/adapters/dynamodb/principals.ts';
import { DynamoDbSubjects } from '../../../lambda/adapters/dynamodb/subjects.ts';
import { settingsSchema } from '../../../lambda/contracts/settings.ts';
import { ledgerSlots } from '../../../lambda/domain/metering/ledger-key.ts';
import { ingestLines } from '../../../lambda/use-cases/metering/ingest-lines.ts';
import { MemoryIamDirectory, MemoryProfiles } from '../../support/look-ups.ts';
import { record } from '../../support/records.ts';
import { startTables, type Tables } from '../../support/tables.ts';

const profile = 'arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/p24qm5pye2qr';
const model = 'anthropic.claude-haiku-4-5-20251001-v1:0';
const clock = () => new Date('2026-11-22T12:00:00Z');
const sleep = async () => {};

let tables: Tables;
beforeAll(async () => {
  tables = await startTables();
}, 60_000);
afterAll(() => tables.stop());

async function itemsOf(user: string) {
  const client = documentClient(tables.client());
  const pages = Array.from({ length: ledgerSlots }, (_, slot) =>
    client.send(
      new QueryCommand({
        TableName: tables.ledger,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': `111122223333#user/${user}#2026-11-22#${slot}` },
      }),
    ),
  );
  return (await Promise.all(pages)).flatMap(({ Items = [] }) => Items);
}

it('a ledger item carries all that it was posted with: team, labels, what the profile stood for, what was negotiated', async () => {
  const document = documentClient(tables.client());
  const settings = settingsSchema.parse({
    mode: 'enforce',
    labels: ['app'],
    prices: { multipliers: { anthropic: '0.5' } },
  });
  const requestMetadata = Object.fromEntries(
    Array.from({ length: 10_000 }, (_, index) => [index === 77 ? 'app' : `key-${index}`, 'chat\u0000bot']),
  );
  const line = { ...record({ user: 'alice', modelId: profile, input: 1000, output: 0 }), requestMetadata };

  await ingestLines(
    [{ text: JSON.stringify(line), source: 'test' }],
    {
      ledger: new DynamoDbLedger(document, tables, settings, sleep),
      subjects: new DynamoDbSubjects(document, tables, clock, sleep),
      people: {
        registry: new DynamoDbPrincipals(document, tables.budgets, clock, sleep),
        iam: new MemoryIamDirectory().tag('user/alice', { Team: 'ml' }),
      },
      profiles: new MemoryProfiles({ [profile]: [`arn:aws:bedrock:::foundation-model/${model}`] }),
      settings,
      clock,
    },
    { id: 'delivery', seenBefore: false },
  );

  expect(await itemsOf('alice')).toEqual([
    expect.objectContaining({
      principal: 'user/alice',
      team: 'team/ml',
      labels: { app: 'chat bot' },
      modelId: profile,
      behind: `global.${model}`,
      model,
      // 1,000 tokens at 1.00 USD a million, halved.
      cost: 500_000,
      quality: 'priced',
      flags: ['negotiated'],
      multiplier: '0.5',
    }),
  ]);
});

it('a session counts against its role, too: one balance in slots, which follows every correction', async () => {
  const document = documentClient(tables.client());
  const settings = settingsSchema.parse({ mode: 'enforce', sharedRoles: ['App'] });
  const ledger = new DynamoDbLedger(document, tables, settings, sleep);
  const subjects = new DynamoDbSubjects(document, tables, clock, sleep);
  const session = (name: string) => `arn:aws:sts::111122223333:assumed-role/App/${name}`;
  const lines = Array.from({ length: 24 }, (_, index) => ({
    // Without its output, a call is at a ceiling until a better copy of its record comes.
    text: JSON.stringify({
      ...record({
        identityArn: session(`s-${index % 12}`),
        input: 1000,
        output: 0,
        requestId: `00000000-0000-4000-7000-${String(index).padStart(12, '0')}`,
      }),
      ...(index === 0 && { output: {} }),
    }),
    source: 'test',
  }));
  const post = (some: typeof lines, id: string) =>
    ingestLines(some, { ledger, subjects, settings, clock }, { id, seenBefore: false });
  const balance = async (subject: string, slots?: number) =>
    (await subjects.load(subject, ['month:2026-11'], slots)).balances['month:2026-11'];

  await Promise.all([post(lines, 'first'), post(lines.slice(0, 12), 'second')]);
  const [item] = await itemsOfRole(tables, 'App');
  expect(item).toMatchObject({
    principal: expect.stringMatching(/^role\/App\/s-\d+$/),
    role: 'role/App',
    windows: { principal: ['month:2026-11'], role: ['month:2026-11'], account: ['month:2026-11'] },
  });
  expect(await balance('role/App', 8)).toMatchObject({ spent: 23n * 60_000n, requests: 24 });
  expect((await balance('role/App', 8))?.ceiling).toBeGreaterThan(0n);
  // Spread over slots: the first one alone is not all.
  expect((await balance('role/App', 1))?.requests).toBeLessThan(24);
  expect(await balance('role/App/s-1')).toMatchObject({ requests: 2 });

  const better = record({
    identityArn: session('s-0'),
    input: 1000,
    output: 0,
    requestId: '00000000-0000-4000-7000-000000000000',
  });
  await post([{ text: JSON.stringify(better), source: 'test' }], 'third');

  expect(await balance('role/App', 8)).toMatchObject({ spent: 24n * 60_000n, ceiling: 0n, requests: 24 });
});

async function itemsOfRole({ ledger, client }: Tables, role: string) {
  const pages = Array.from({ length: ledgerSlots }, (_, slot) =>
    documentClient(client()).send(
      new QueryCommand({
        TableName: ledger,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': `111122223333#role/${role}#2026-11-22#${slot}` },
      }),
    ),
  );
  return (await Promise.all(pages)).flatMap(({ Items = [] }) => Items);
}

it('a ledger item carries what its assumption may cost, and loses it when the class becomes known', async () => {
  const document = documentClient(tables.client());
  const settings = settingsSchema.parse({ mode: 'enforce' });
  const ledger = new DynamoDbLedger(document, tables, settings, sleep);
  const subjects = new DynamoDbSubjects(document, tables, clock, sleep);
  const call = (outputBodyJson?: object) => ({
    ...record({ user: 'wren', modelId: `us.${model}`, requestId: '00000000-0000-4000-7001-000000000000' }),
    input: { inputTokenCount: 0, cacheWriteInputTokenCount: 1000 },
    output: { outputTokenCount: 0, ...(outputBodyJson && { outputBodyJson }) },
  });
  const post = (line: object, id: string) =>
    ingestLines(
      [{ text: JSON.stringify(line), source: 'test' }],
      { ledger, subjects, settings, clock },
      { id, seenBefore: false },
    );

  expect(await post(call(), 'one')).toMatchObject({ assumed: 1, worstCase: 825_000n });
  expect(await itemsOf('wren')).toEqual([
    expect.objectContaining({ cost: 1_375_000, worstCase: 825_000, quality: 'assumed' }),
  ]);

  const usage = { cacheWriteInputTokens: 1000, cacheDetails: [{ ttl: '1h', inputTokens: 1000 }] };
  await post(call({ usage }), 'two');
  const [known] = await itemsOf('wren');
  expect(known).toMatchObject({ cost: 2_200_000, quality: 'priced' });
  expect(known).not.toHaveProperty('worstCase');
});
