import { settingsSchema } from '../../../lambda/contracts/settings.ts';
import { whyImpossible } from '../../../lambda/domain/pricing/possible-call.ts';
import { type Delivery, ingestLines } from '../../../lambda/use-cases/metering/ingest-lines.ts';
import { MemoryLedger } from '../../../scripts/budgeteer/replay/memory-ledger.ts';
import { MemorySubjects } from '../../../scripts/budgeteer/replay/memory-subjects.ts';
import { record } from '../../support/records.ts';

const account = '111122223333';
const profile = `arn:aws:bedrock:us-east-1:${account}:application-inference-profile/lite00000000`;
const place = { account, region: 'us-east-1', hour: '2026-11-22T12' };

async function ingested(line: Record<string, unknown>, origin?: Delivery['origin']) {
  const subjects = new MemorySubjects();
  const deps = {
    ...{ subjects, ledger: new MemoryLedger(subjects), settings: settingsSchema.parse({ mode: 'shadow' }) },
    clock: () => new Date('2026-11-22T12:01:00Z'),
    profiles: { modelsOf: async () => new Map([[profile, ['amazon.nova-lite-v1:0']]]) },
    possible: { accounts: [account], whyImpossible },
  };
  const lines = [
    { text: JSON.stringify(line), source: 'logs://g/aws/bedrock/modelinvocations#1' },
    { text: JSON.stringify(record()), source: 'logs://g/aws/bedrock/modelinvocations#2' },
  ];
  const { counts } = await ingestLines(lines, deps, {
    id: 'd',
    seenBefore: false,
    ...(origin && { origin }),
  });
  return [counts.posted, counts.quarantined];
}

describe('A line beside a true one', () => {
  it.each([
    ['of all that its model holds', { input: 300_000, output: 10_240 }, [2, 0]],
    ['of one token more', { input: 300_001 }, [1, 1]],
    ['of a thousand thousand million tokens', { input: 1e12 }, [1, 1]],
    ['of more than what its profile stands for', { modelId: profile, input: 300_001 }, [1, 1]],
    ['of more than any model holds', { modelId: 'nobody.new-v1:0', input: 10_000_001 }, [1, 1]],
  ])('%s', async (_which, options, counts) => {
    expect(await ingested(record(options))).toEqual(counts);
  });

  it('without an account is put aside for want of one, and not as that of another', async () => {
    expect(await ingested({ ...record(), accountId: undefined })).toEqual([1, 1]);
  });

  it('that Bedrock itself wrote counts, however strange', async () => {
    expect(await ingested(record({ input: 1e12 }), { kind: 'object', place })).toEqual([2, 0]);
  });
});
