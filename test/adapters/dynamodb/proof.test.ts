import { randomUUID } from 'node:crypto';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { documentClient } from '../../../lambda/adapters/dynamodb/client.ts';
import { DynamoDbLedger } from '../../../lambda/adapters/dynamodb/ledger.ts';
import { DynamoDbSubjects } from '../../../lambda/adapters/dynamodb/subjects.ts';
import { settingsSchema } from '../../../lambda/contracts/settings.ts';
import { noBalance } from '../../../lambda/domain/control/crossings.ts';
import type { Origin } from '../../../lambda/domain/evidence/grade.ts';
import { ingestLines } from '../../../lambda/use-cases/metering/ingest-lines.ts';
import { record } from '../../support/records.ts';
import { startTables, type Tables } from '../../support/tables.ts';
import { unreliable, untilDone } from '../../support/unreliable-client.ts';

let tables: Tables;
beforeAll(async () => {
  tables = await startTables();
}, 60_000);
afterAll(() => tables.stop());

const month = 'month:2026-11';
const now = () => new Date('2026-11-22T12:05:00Z');
const sleep = async () => {};
const fromBucket: Origin = {
  kind: 'object',
  place: { account: '111122223333', region: 'us-east-1', hour: '2026-11-22T12' },
};

function metering(user: string, client = tables.client()) {
  const document = documentClient(client);
  const settings = settingsSchema.parse({
    mode: 'enforce',
    budgets: { [`user/${user}`]: { monthUsd: '50', models: { 'anthropic.*': { monthUsd: '5' } } } },
  });
  const subjects = new DynamoDbSubjects(document, tables, now, sleep);
  const ledger = new DynamoDbLedger(document, tables, settings, sleep, now);
  const deliver = (lines: readonly unknown[], origin?: Origin) => {
    const id = randomUUID();
    const sources = lines.map((line, index) => ({
      text: JSON.stringify(line),
      source: `s3://logs/k#${index}`,
    }));
    const delivery = { id, seenBefore: origin !== undefined, ...(origin && { origin }) };
    return untilDone(() => ingestLines(sources, { ledger, subjects, settings, clock: now }, delivery));
  };
  const balance = async (window = month) =>
    (await subjects.load(`user/${user}`, [window])).balances[window] ?? noBalance;
  return { deliver, balance };
}

/** A number for each call, the same for the same seed. */
function mishaps(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state >> 16;
  };
}

const span = '2026-11-22T12#us-east-1';

describe('A copy of one token that its caller posted first', () => {
  it('hides nothing: what Bedrock wrote corrects it, money, days and what is unproven in one', async () => {
    const { deliver, balance } = metering('mallory');
    const call = { user: 'mallory', requestId: randomUUID() };
    await deliver([record({ ...call, input: 1, output: 0 })]);
    const before = await balance();
    await deliver([record({ ...call, input: 1_000_000, output: 0 })], fromBucket);

    expect(before).toMatchObject({ spent: 60n, requests: 1, unproven: { [span]: 60n } });
    expect(await balance()).toMatchObject({
      ...{ spent: 60_000_000n, requests: 1, days: { '1122': 60_000_000n } },
      unproven: { [span]: 0n },
    });
  });

  it('of another model leaves the limit of that model and joins the true one', async () => {
    const { deliver, balance } = metering('mona');
    const call = { user: 'mona', requestId: randomUUID(), input: 1_000_000, output: 0 };
    const claude = 'anthropic.claude-3-haiku-20240307-v1:0';
    await deliver([record({ ...call, modelId: claude })]);
    expect((await balance(`${month}@anthropic.*`)).requests).toBe(1);
    await deliver([record(call)], fromBucket);

    expect(await balance(`${month}@anthropic.*`)).toMatchObject({ spent: 0n, requests: 0 });
    expect(await balance()).toMatchObject({ spent: 60_000_000n, requests: 1 });
  });
});

describe('What Bedrock wrote', () => {
  it('is what a balance holds, whatever claims came before, between and after, through crashes', async () => {
    const step = fc.record({
      call: fc.nat(3),
      input: fc.integer({ min: 1, max: 1_000_000 }),
      proof: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), fc.nat(), async (steps, seed) => {
        const user = `u${randomUUID().slice(0, 8)}`;
        const calls = [0, 1, 2, 3].map(() => randomUUID());
        const { deliver } = metering(user, unreliable(tables.client(), mishaps(seed)));
        const truth = 1000;
        const lineOf = ({ call, input }: { call: number; input: number }) =>
          record({ user, requestId: calls[call] ?? '', input, output: 0 });
        for (const { proof, ...each } of steps) {
          if (proof) await deliver([lineOf({ ...each, input: truth })], fromBucket);
          else await deliver([lineOf(each)]);
        }
        for (const call of new Set(steps.map((each) => each.call)))
          await deliver([lineOf({ call, input: truth })], fromBucket);

        const made = new Set(steps.map(({ call }) => call)).size;
        expect(await metering(user).balance()).toMatchObject({
          spent: 60_000n * BigInt(made),
          requests: made,
        });
        const { Items = [] } = await tables.client().send(new ScanCommand({ TableName: tables.ledger }));
        const own = Items.filter((item) => item['principal']?.S === `user/${user}`);
        expect(own.map((item) => item['cost']?.N)).toEqual(own.map(() => '60000'));
      }),
      { numRuns: 12 },
    );
  }, 60_000);
});
