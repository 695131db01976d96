import { randomUUID } from 'node:crypto';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { documentClient } from '../../../lambda/adapters/dynamodb/client.ts';
import { DynamoDbEvidenceRecords } from '../../../lambda/adapters/dynamodb/evidence-records.ts';
import { DynamoDbLedger } from '../../../lambda/adapters/dynamodb/ledger.ts';
import { DynamoDbPostedSpans } from '../../../lambda/adapters/dynamodb/posted-spans.ts';
import { DynamoDbSubjects } from '../../../lambda/adapters/dynamodb/subjects.ts';
import { DynamoDbUnprovenBalances } from '../../../lambda/adapters/dynamodb/unproven-balances.ts';
import { settingsSchema } from '../../../lambda/contracts/settings.ts';
import { noBalance } from '../../../lambda/domain/control/crossings.ts';
import { type Counted, nothingCounted } from '../../../lambda/domain/evidence/counted.ts';
import { prove } from '../../../lambda/use-cases/evidence/prove.ts';
import { ingestLines } from '../../../lambda/use-cases/metering/ingest-lines.ts';
import { CountersUnreadableError } from '../../../lambda/use-cases/ports/evidence.ts';
import { record } from '../../support/records.ts';
import { startTables, type Tables } from '../../support/tables.ts';
import { unreliable, untilDone } from '../../support/unreliable-client.ts';

const account = '111122223333';
const month = 'month:2026-11';
const sleep = async () => {};
const model = 'amazon.nova-lite-v1:0';
const place = { account, region: 'us-east-1', hour: '2026-11-22T12' };

type Metrics = 'some' | 'none' | 'unreadable';

interface Call {
  readonly requestId: string;
  readonly user: string;
  readonly input: number;
}
const line = ({ requestId, user, input }: Call) =>
  JSON.stringify(record({ requestId, user, input, output: 0, at: '2026-11-22T12:10:00Z' }));

/** The deployed parts over tables of their own; Bedrock's objects and AWS's counters as told. */
function deployment(tables: Tables, next: () => number) {
  const clock = { now: new Date('2026-11-22T12:11:00Z') };
  const now = () => clock.now;
  const settings = settingsSchema.parse({
    mode: 'enforce',
    accountBudget: { monthUsd: '1000' },
    teams: { 'team/ml': { members: ['user/ann'], monthUsd: '100' } },
  });
  const document = documentClient(unreliable(tables.client(), next));
  const metering = {
    ledger: new DynamoDbLedger(document, tables, settings, sleep, now),
    subjects: new DynamoDbSubjects(document, tables, now, sleep),
    ...{ settings, clock: now },
  };
  const bedrock = { written: [] as Call[], counted: [] as Call[], metrics: 'some' as Metrics };
  const deps = {
    ...metering,
    evidence: new DynamoDbEvidenceRecords(document, tables.budgets),
    unproven: new DynamoDbUnprovenBalances(document, tables.budgets, sleep),
    posted: new DynamoDbPostedSpans(document, tables.ledger, account),
    counters: {
      sums: async () => {
        if (bedrock.metrics === 'unreadable') throw new CountersUnreadableError('No metrics.');
        if (bedrock.metrics === 'none') return new Map();
        const sum = bedrock.counted.reduce((total, { input }) => total + input, 0);
        const counted: Counted = { ...nothingCounted, calls: bedrock.counted.length, input: sum };
        return new Map([[model, counted]]);
      },
    },
    objects: {
      async *lines() {
        for (const [index, call] of bedrock.written.entries())
          yield {
            object: 's3://logs/k',
            place,
            line: { kind: 'line' as const, number: index + 1, text: line(call) },
          };
      },
    },
    ...{ regions: ['us-east-1'], account },
  };
  return {
    bedrock,
    clock,
    claim: (calls: readonly Call[]) => {
      const id = randomUUID();
      const sources = calls.map((call) => ({
        text: line(call),
        source: 'logs://g/aws/bedrock/modelinvocations#1',
      }));
      return untilDone(() => ingestLines(sources, metering, { id, seenBefore: false }));
    },
    prove: () => untilDone(() => prove(deps)),
    record: () => new DynamoDbEvidenceRecords(documentClient(tables.client()), tables.budgets).load(),
    notices: async (subject: string) => {
      const { Items = [] } = await documentClient(tables.client()).send(
        new ScanCommand({ TableName: tables.alerts }),
      );
      return Items.filter((item) => item['subject'] === subject).map(({ detail }) => String(detail));
    },
    balance: async (subject: string) =>
      (await new DynamoDbSubjects(documentClient(tables.client()), tables, now, sleep).load(subject, [month]))
        .balances[month] ?? noBalance,
  };
}

const calm = () => () => 7;
let stop: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const each of stop) await each();
  stop = [];
});

async function fresh(next: () => number) {
  const tables = await startTables();
  stop.push(() => tables.stop());
  return deployment(tables, next);
}

const call = (user: string, input: number): Call => ({ requestId: randomUUID(), user, input });
const due = new Date('2026-11-22T13:31:00Z');

describe('An hour, once S3 had its time', () => {
  it('is proven where every claim has its copy, and leaves nothing unproven at anyone', async () => {
    const { bedrock, clock, claim, prove: run, balance, record: kept } = await fresh(calm());
    const calls = [call('ann', 1000), call('bob', 2000)];
    bedrock.written.push(...calls);
    bedrock.counted.push(...calls);
    await claim(calls);
    expect(Object.keys((await balance('account')).unproven ?? {})).toEqual(['2026-11-22T12#us-east-1']);

    clock.now = due;
    expect(await run()).toMatchObject({
      proven: ['2026-11-22T12#us-east-1'],
      open: [],
      taken: [],
      failures: [],
    });
    for (const subject of ['user/ann', 'user/bob', 'team/ml', 'account'])
      expect((await balance(subject)).unproven).toBeUndefined();
    expect((await kept()).provenThrough).toEqual({ 'us-east-1': '2026-11-22T13:00:00.000Z' });
  }, 60_000);

  it('takes back what nobody wrote nor counted, in every balance, and only once', async () => {
    const { bedrock, clock, claim, prove: run, balance, record: kept } = await fresh(calm());
    const [real, forged] = [call('ann', 1000), call('ann', 9_000_000)];
    bedrock.written.push(real);
    bedrock.counted.push(real);
    await claim([real, forged]);
    clock.now = due;
    await run();
    await claim([forged]);
    await run();

    for (const subject of ['user/ann', 'team/ml', 'account'])
      expect(await balance(subject)).toMatchObject({
        spent: 60_000n,
        requests: 1,
        days: { '1122': 60_000n },
      });
    expect(await kept()).toMatchObject({ disproved: 1, disprovedCost: 540_000_000n });
  }, 60_000);

  it('takes nothing back where the Region shows no metric and no object at all, and tells it once', async () => {
    const { bedrock, clock, claim, prove: run, balance, notices } = await fresh(calm());
    bedrock.metrics = 'none';
    await claim([call('ann', 1000)]);
    clock.now = due;
    expect(await run()).toMatchObject({ taken: [], open: ['2026-11-22T12#us-east-1'], told: [] });
    clock.now = new Date('2026-11-22T15:00:00Z');
    await run();
    await run();

    expect(await balance('user/ann')).toMatchObject({ spent: 60_000n, requests: 1 });
    expect(await notices('account')).toEqual([expect.stringContaining('no counter of AWS')]);
  }, 60_000);

  it('takes nothing back while S3 is withheld or counters do not answer, and catches up later', async () => {
    const { bedrock, clock, claim, prove: run, balance } = await fresh(calm());
    const real = call('ann', 1000);
    bedrock.counted.push(real);
    await claim([real]);
    clock.now = due;
    expect(await run()).toMatchObject({ proven: [], open: ['2026-11-22T12#us-east-1'], taken: [] });
    bedrock.metrics = 'unreadable';
    bedrock.counted.length = 0;
    expect((await run()).taken).toEqual([]);
    bedrock.metrics = 'some';
    bedrock.counted.push(real);
    bedrock.written.push(real);

    expect((await run()).proven).toEqual(['2026-11-22T12#us-east-1']);
    expect(await balance('user/ann')).toMatchObject({ spent: 60_000n, requests: 1 });
  }, 60_000);
});

describe('After the last proof', () => {
  it('every balance is what Bedrock wrote, whatever was claimed, through crashes between any two calls', async () => {
    const drawn = fc.record({
      kind: fc.constantFrom('true', 'altered', 'unseen', 'forged', 'late'),
      user: fc.constantFrom('ann', 'bob'),
      input: fc.integer({ min: 1, max: 100_000 }),
      wrong: fc.integer({ min: 1, max: 10_000_000 }),
    });
    let mishap = calm();
    const { bedrock, clock, claim, prove: run, balance } = await fresh(() => mishap());
    const settled = async () => {
      for (;;) {
        const { failures } = await run();
        if (failures.length === 0) return;
      }
    };
    await fc.assert(
      fc.asyncProperty(
        fc.array(drawn, { minLength: 1, maxLength: 12 }),
        fc.infiniteStream(fc.nat(99)),
        async (lines, mishaps) => {
          mishap = () => Number(mishaps.next().value ?? 7);
          clock.now = new Date('2026-11-22T12:11:00Z');
          const earlier = [...bedrock.counted];
          const calls = lines.map(({ kind, user, input, wrong }) => ({ ...call(user, input), kind, wrong }));
          const real = calls.filter(({ kind }) => kind !== 'forged');
          bedrock.counted.push(...real);
          bedrock.written.push(...real.filter(({ kind }) => kind !== 'late'));
          await claim(
            calls
              .filter(({ kind }) => kind !== 'unseen')
              .map(({ kind, wrong, ...each }) => ({
                ...each,
                input: kind === 'altered' || kind === 'forged' ? wrong : each.input,
              })),
          );
          clock.now = due;
          await settled();
          bedrock.written.splice(0, bedrock.written.length, ...earlier, ...real);
          await settled();

          const spent = (user: string) =>
            bedrock.counted
              .filter((each) => each.user === user)
              .reduce((sum, { input }) => sum + BigInt(input) * 60n, 0n);
          const [ann, bob, all] = await Promise.all(['user/ann', 'user/bob', 'account'].map(balance));
          expect([ann?.spent, bob?.spent]).toEqual([spent('ann'), spent('bob')]);
          expect(all?.spent).toBe(spent('ann') + spent('bob'));
          expect(all?.requests).toBe(bedrock.counted.length);
          expect([ann?.unproven, bob?.unproven, all?.unproven]).toEqual([undefined, undefined, undefined]);
        },
      ),
      { numRuns: 4, endOnFailure: true },
    );
  }, 240_000);
});
