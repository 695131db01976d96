import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { documentClient } from '../../../lambda/adapters/dynamodb/client.ts';
import { principalShard, sortKeys, spendRank } from '../../../lambda/adapters/dynamodb/keys.ts';
import { DynamoDbSubjects } from '../../../lambda/adapters/dynamodb/subjects.ts';
import { settingsSchema } from '../../../lambda/contracts/settings.ts';
import { type EveryonePortion, firstPortion } from '../../../lambda/contracts/workflows.ts';
import { changed, firstState, type SubjectState } from '../../../lambda/domain/control/state.ts';
import { PausedError } from '../../../lambda/use-cases/enforcement/enforce.ts';
import { enforceEveryone } from '../../../lambda/use-cases/enforcement/enforce-everyone.ts';
import { planHalt } from '../../../scripts/budgeteer/halt/plan-halt.ts';
import { startTables, type Tables } from '../../support/tables.ts';

jest.setTimeout(60_000);

const start = Date.parse('2026-11-22T12:00:00Z');
const change = {
  at: new Date(start).toISOString(),
  action: 't',
  actor: 't',
  reason: 't',
  before: '',
  after: '',
};
const principalsPerSecond = 5;
const execution = 'halt-1';
const people = 80;
/** The k-th most expensive burns 1/k of the most expensive. */
const rateOf = (index: number) => 1_000_000_000n / BigInt(index + 1);
const nameOf = (index: number) => `user/u${String((index * 37) % people).padStart(2, '0')}`;

let tables: Tables;
let now = start;
const asked: { readonly subject: string; readonly second: number }[] = [];
beforeAll(async () => {
  tables = await startTables();
  for (let index = 0; index < people; index++) {
    await subjects().provision(nameOf(index), firstState(change.at, 'test'));
    await burns(index);
  }
  await subjects().provision('account', firstState(change.at, 'test'));
  const order = { by: 'user/ops', verified: true, reason: 'test', since: change.at, execution: 'override-1' };
  const hold = { level: 'suspended', window: 'month:2026-11', since: change.at, reason: 'test' } as const;
  await account({
    orders: { suspend: order },
    holds: { manual: hold },
    pending: { account: { workflow: 'halt', window: 'month:2026-11', execution, since: change.at } },
  });
}, 90_000);
afterAll(() => tables.stop());
beforeEach(() => {
  now = start;
  asked.length = 0;
});

/** Puts a principal where its burn rate belongs in the list of principals. */
async function burns(index: number): Promise<void> {
  await documentClient(tables.client()).send(
    new UpdateCommand({
      TableName: tables.budgets,
      Key: { pk: nameOf(index), sk: sortKeys.pace },
      UpdateExpression: 'SET dueAt = :rank, dueShard = :shard',
      ExpressionAttributeValues: { ':rank': spendRank(rateOf(index)), ':shard': principalShard },
    }),
  );
}

const subjects = () =>
  new DynamoDbSubjects(
    documentClient(tables.client()),
    tables,
    () => new Date(now),
    async () => {},
  );
async function account(patch: Partial<SubjectState>): Promise<void> {
  const state = (await subjects().state('account')) as SubjectState;
  const next = changed(state, patch, change);
  await subjects().commit({ subject: 'account', expectedVersion: state.version, state: next });
}

/** One call of the function, which is cut off after so many milliseconds. */
function portion(
  task: EveryonePortion,
  { lastsMs = Number.POSITIVE_INFINITY, iamMs = 0 } = {},
): Promise<EveryonePortion> {
  const cutOff = now + lastsMs;
  const deps = {
    subjects: subjects(),
    settings: settingsSchema.parse({ mode: 'enforce' }),
    clock: () => new Date(now),
    workflows: { start: async () => {}, status: async () => 'running' as const },
    enforcer: {
      ask: async (subject: string) => {
        asked.push({ subject, second: (now - start) / 1000 });
        now += iamMs / principalsPerSecond;
      },
    },
    sleep: async (ms: number) => {
      now += ms;
    },
    principalsPerSecond,
    remainingMs: () => cutOff - now,
  };
  return enforceEveryone({ workflow: 'halt', execution, portion: task }, deps as never);
}

it('while enforcement is paused it touches nobody', async () => {
  await account({ paused: { since: change.at, by: 'user/ops', reason: 'test' } });
  await expect(portion(firstPortion)).rejects.toThrow(PausedError);
  await account({ paused: undefined });

  expect(asked).toEqual([]);
});

it('one that nobody waits for any more ends without a word', async () => {
  const ended = await portion({ ...firstPortion, cursor: '' });
  const other = await enforceOther();

  expect(ended.overtaken).toBe(false);
  expect(other).toMatchObject({ overtaken: true, done: true });
});

it('stops the most expensive first, at the configured pace, over as many portions as it takes', async () => {
  await freeAll();
  const first = await portion(firstPortion, { lastsMs: 75_000 + 6_000 });
  const second = await portion(first);

  expect([first.done, second.done]).toEqual([false, true]);
  expect(second).toMatchObject({ seen: people, changed: people, failed: 0 });
  const groupOf = (index: number) => Math.floor(index / principalsPerSecond);
  const places = asked.map(({ subject }, place) => [groupOf(place), groupOf(indexOf(subject))]);
  expect(places.filter(([asked, due]) => asked !== due)).toEqual([]);
  expect(asked.map(({ second }) => second)).toEqual(asked.map((_, place) => groupOf(place)));
});

it('denies 95 % of the burn rate when the rehearsal says so', async () => {
  await freeAll();
  await portion(firstPortion);
  const principals = Array.from({ length: people }, (_, index) => ({
    subject: nameOf(index),
    perMinute: rateOf(index),
  }));
  const plan = planHalt(principals, principalsPerSecond);
  const all = principals.reduce((sum, { perMinute }) => sum + perMinute, 0n);
  let gone = 0n;
  const reached = asked.find(({ subject }) => {
    gone += rateOf(indexOf(subject));
    return gone * 100n >= all * 95n;
  });

  // A group of five begins together, and is done within its second.
  expect((reached?.second ?? 0) + 1).toBeCloseTo(plan.secondsUntil(0.95) ?? 0, -0.5);
  expect(plan.secondsUntil(0.95)).toBeLessThanOrEqual(60);
});

it('counts the time that IAM took as part of its pace', async () => {
  await freeAll();
  await portion(firstPortion, { iamMs: 800 });

  expect(asked.at(-1)?.second).toBeLessThanOrEqual(people / principalsPerSecond);
});

const indexOf = (subject: string) =>
  Array.from({ length: people }, (_, index) => nameOf(index)).indexOf(subject);

function enforceOther(): Promise<EveryonePortion> {
  const deps = {
    subjects: subjects(),
    clock: () => new Date(now),
    principalsPerSecond,
    remainingMs: () => 0,
  };
  return enforceEveryone({ workflow: 'resume', execution: 'resume-1', portion: firstPortion }, deps as never);
}

/** As if nobody had been stopped yet. */
async function freeAll(): Promise<void> {
  asked.length = 0;
  now = start;
  await Promise.all(
    Array.from({ length: people }, async (_, index) => {
      const state = (await subjects().state(nameOf(index))) as SubjectState;
      const next = changed(state, { holds: {}, enforceAskedAt: undefined }, change);
      await subjects().commit({ subject: nameOf(index), expectedVersion: state.version, state: next });
      await burns(index);
    }),
  );
}
