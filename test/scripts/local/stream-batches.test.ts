import fc from 'fast-check';
import type { MappingSpec } from '../../../scripts/local/assembly/local-assembly.ts';
import { type Batch, StreamBatches } from '../../../scripts/local/triggers/stream-batches.ts';
import { streamRecord } from '../../../scripts/local/triggers/stream-record.ts';

const now = new Date('2026-11-22T12:00:00.500Z');
const record = (sequence: number) =>
  streamRecord(
    { dynamodb: { SequenceNumber: String(sequence), NewImage: {} } },
    'arn:stream',
    'us-east-1',
    now,
  );
const batchOf = (count: number): Batch => Array.from({ length: count }, (_, index) => record(index));
const numbers = (batch: Batch) => batch.map(({ dynamodb }) => Number(dynamodb.SequenceNumber));

function delivery(
  mapping: Partial<MappingSpec>,
  invoke: (sequences: number[]) => { ok: boolean; failed?: number[] },
) {
  const seen: number[][] = [];
  const givenUp: number[] = [];
  const batches = new StreamBatches({
    mapping: {
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      maximumRetryAttempts: -1,
      ...mapping,
    } as MappingSpec,
    invoke: async (event) => {
      const sequences = numbers((event as { Records: Batch }).Records);
      seen.push(sequences);
      const { ok, failed = [] } = invoke(sequences);
      return { ok, payload: { batchItemFailures: failed.map((each) => ({ itemIdentifier: String(each) })) } };
    },
    giveUp: async (batch) => {
      givenUp.push(...numbers(batch));
    },
  });
  return { batches, seen, givenUp };
}

test('a batch that is done is delivered once', async () => {
  const { batches, seen } = delivery({}, () => ({ ok: true }));
  await batches.deliver(batchOf(3));
  expect(seen).toEqual([[0, 1, 2]]);
});

test('from the first reported failure on everything comes again', async () => {
  let fails = true;
  const { batches, seen } = delivery({}, () => {
    const failed = fails ? [2, 1] : [];
    fails = false;
    return { ok: true, failed };
  });
  await batches.deliver(batchOf(4));
  expect(seen).toEqual([
    [0, 1, 2, 3],
    [1, 2, 3],
  ]);
});

test('halving finds the one record that kills the function, and only that is given up', async () => {
  const { batches, seen, givenUp } = delivery({ maximumRetryAttempts: 2 }, (sequences) => ({
    ok: !sequences.includes(5),
  }));
  await batches.deliver(batchOf(8));
  expect(givenUp).toEqual([5]);
  const done = seen.filter((sequences) => !sequences.includes(5)).flat();
  expect(done.toSorted()).toEqual([0, 1, 2, 3, 4, 6, 7]);
});

test('every record is delivered in order or given up, whatever fails', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.boolean(), { minLength: 1, maxLength: 12 }),
      fc.boolean(),
      async (poison, reports) => {
        const { batches, seen, givenUp } = delivery({ maximumRetryAttempts: 1 }, (sequences) => {
          const first = sequences.find((each) => poison[each]);
          if (first === undefined) return { ok: true };
          return reports ? { ok: true, failed: [first] } : { ok: false };
        });
        await batches.deliver(batchOf(poison.length));
        const done = new Set<number>();
        for (const sequences of seen) {
          const first = sequences.findIndex((each) => poison[each]);
          for (const each of first < 0 ? sequences : reports ? sequences.slice(0, first) : []) done.add(each);
        }
        expect(new Set([...done, ...givenUp]).size).toBe(poison.length);
      },
    ),
  );
});

test('an empty map in an image gets back the type that DynamoDB Local leaves out', () => {
  const NewImage = { holds: {}, list: { L: [{}, { S: 'x' }] }, state: { M: { inner: {} } } };
  const { dynamodb } = streamRecord(
    { dynamodb: { SequenceNumber: '1', NewImage } },
    'arn:stream',
    'us-east-1',
    now,
  );
  expect(dynamodb['NewImage']).toEqual({
    holds: { M: {} },
    list: { L: [{ M: {} }, { S: 'x' }] },
    state: { M: { inner: { M: {} } } },
  });
  expect(dynamodb['ApproximateCreationDateTime']).toBe(1795348800);
});
