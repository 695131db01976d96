import { settingsSchema } from '../../lambda/contracts/settings.ts';
import { createIngest } from '../../lambda/handlers/ingest.ts';
import { MemoryLedger } from '../../scripts/budgeteer/replay/memory-ledger.ts';
import { MemorySubjects } from '../../scripts/budgeteer/replay/memory-subjects.ts';
import { record } from '../support/records.ts';

const hour = 'AWSLogs/111122223333/BedrockModelInvocationLogs/us-east-1/2026/11/22/12';
const batch = '20261122T120000000Z_0123456789abcdef.json.gz';

/** Ingest, with a bucket in which every object holds one record. */
function ingest() {
  const subjects = new MemorySubjects();
  const opened: string[] = [];
  const ledger = new MemoryLedger(subjects);
  const { message } = createIngest({
    ledger,
    subjects,
    settings: settingsSchema.parse({ mode: 'shadow' }),
    logBuckets: ['logs'],
    clock: () => new Date('2026-11-22T12:01:00Z'),
    async *linesOfObject(_bucket, key) {
      opened.push(key);
      yield { kind: 'line', number: 1, text: JSON.stringify(record()) };
    },
  });
  const created = (key: string, size = 100) =>
    message(JSON.stringify({ detail: { bucket: { name: 'logs' }, object: { key, size } } }), 'message-1');
  return { created, message, opened, ledger };
}

describe('a new object in the log bucket', () => {
  it.each([
    `${hour}/${batch}`,
    `my/prefix/${hour}/${batch}`,
    // The owner may call a prefix as Bedrock calls its folder of bodies.
    `data/${hour}/${batch}`,
  ])('is opened where it holds records: %s', async (key) => {
    const { created, opened } = ingest();

    expect((await created(key)).counts.posted).toBe(1);
    expect(opened).toEqual([key]);
  });

  it.each([
    [`${hour}/data/5f0c1f4e_input.json.gz`, 100, 'sidecar'],
    [`prefix/${hour}/data/5f0c1f4e_output.json.gz`, 100, 'sidecar'],
    [`${hour}/data/5f0c1f4e_input_media_00.pdf`, 100, 'sidecar'],
    ['AWSLogs/111122223333/BedrockModelInvocationLogs/amazon-bedrock-logs-permission-check', 0, 'notice'],
    ['prefix/amazon-bedrock-logs-permission-check.json', 20, 'notice'],
    [`${hour}/${batch}`, 0, 'notice'],
  ] as const)('is never opened where it holds none: %s', async (key, size, reason) => {
    const { created, opened } = ingest();

    expect((await created(key, size)).counts.ignored[reason]).toBe(1);
    expect(opened).toEqual([]);
  });
});

describe('an event that names an object', () => {
  it('of another bucket than the stage reads opens nothing, and is put aside', async () => {
    const { message, opened } = ingest();
    const event = { detail: { bucket: { name: 'mallory' }, object: { key: `${hour}/${batch}`, size: 100 } } };

    const { counts } = await message(JSON.stringify(event), 'message-1');

    expect(counts).toMatchObject({ posted: 0, quarantined: 1 });
    expect(opened).toEqual([]);
  });

  it.each([
    ['of Bedrock’s own form, in its account and Region', `${hour}/${batch}`, 'proof'],
    ['of another name', `${hour}/forged.json.gz`, 'claim'],
    ['of another account', `${hour}/${batch}`.replace('111122223333', '444455556666'), 'claim'],
    ['of another Region', `${hour}/${batch}`.replace('us-east-1', 'eu-west-1'), 'claim'],
  ])('%s makes its record, by the key %s, a %s', async (_which, key, evidence) => {
    const { created, ledger } = ingest();

    await created(key);

    expect([...ledger.entries.values()].map((entry) => entry.evidence)).toEqual([evidence]);
  });
});
