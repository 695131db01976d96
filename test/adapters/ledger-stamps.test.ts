import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { documentClient } from '../../lambda/adapters/dynamodb/client.ts';
import { DynamoDbLedger } from '../../lambda/adapters/dynamodb/ledger.ts';
import { DynamoDbPrincipals } from '../../lambda/adapters/dynamodb/principals.ts';
import { DynamoDbSubjects } from '../../lambda/adapters/dynamodb/subjects.ts';
import { settingsSchema } from '../../lambda/contracts/settings.ts';
import { ledgerSlots } from '../../lambda/domain/metering/ledger-key.ts';
import { ingestLines } from '../../lambda/use-cases/ingest-lines.ts';
import { MemoryIamDirectory, MemoryProfiles } from '../support/look-ups.ts';
import { record } from '../support/records.ts';
import { startTables, type Tables } from '../support/tables.ts';

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
