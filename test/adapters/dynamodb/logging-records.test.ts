import { documentClient } from '../../../lambda/adapters/dynamodb/client.ts';
import { DynamoDbLoggingRecords } from '../../../lambda/adapters/dynamodb/logging-records.ts';
import type { LoggingRecord } from '../../../lambda/domain/logging/logging-config.ts';
import { startTables, type Tables } from '../../support/tables.ts';

let tables: Tables;
beforeAll(async () => {
  tables = await startTables();
}, 60_000);
afterAll(() => tables.stop());

const records = () => new DynamoDbLoggingRecords(documentClient(tables.client()), tables.budgets);

test.each<[string, LoggingRecord]>([
  ['logging that was off', { before: undefined, applied: [{ s3Config: { bucketName: 'ours' } }] }],
  [
    'a whole configuration',
    {
      before: {
        cloudWatchConfig: {
          logGroupName: '/theirs',
          roleArn: 'arn:role',
          largeDataDeliveryS3Config: { bucketName: 'b', keyPrefix: 'p' },
        },
        textDataDeliveryEnabled: true,
        videoDataDeliveryEnabled: false,
      },
      applied: [{ s3Config: { bucketName: 'ours' } }, { textDataDeliveryEnabled: false }],
    },
  ],
])('What was found is remembered word for word: %s', async (_, record) => {
  await records().save(record);
  expect(await records().find()).toEqual(record);

  await records().remove();
  await records().remove();
  expect(await records().find()).toBeUndefined();
});
