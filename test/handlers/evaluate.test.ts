import type { DynamoDBStreamEvent } from 'aws-lambda';
import { settingsSchema } from '../../lambda/contracts/settings.ts';
import { changed, firstState } from '../../lambda/domain/control/state.ts';
import { createEvaluate } from '../../lambda/handlers/evaluate.ts';
import { MemorySubjects } from '../../scripts/budgeteer/replay/memory-subjects.ts';

const at = '2026-11-22T12:00:00.000Z';
const month = 'month:2026-11';
const alice = 'user/alice';

/** Records of a balance that was posted to, each with the newest call of its posting. */
const postings = (...calls: string[]): DynamoDBStreamEvent => ({
  Records: calls.map((call, index) => ({
    dynamodb: {
      SequenceNumber: String(index),
      Keys: { pk: { S: alice }, sk: { S: `BAL#${month}#0` } },
      NewImage: { newestCall: { S: call } },
    },
  })),
});

async function suspended() {
  const subjects = new MemorySubjects();
  const first = firstState(at, 'test');
  const own = { level: 'suspended', window: month, since: at, reason: 'test' } as const;
  await subjects.provision(alice, first);
  const state = changed(
    first,
    {
      holds: { own },
      enforced: { level: 'suspended', outcome: 'matched', at },
      alerted: { [month]: ['100%'] },
    },
    first.lastChange,
  );
  await subjects.commit({ subject: alice, expectedVersion: 1, state });
  // The latest posting was of an older call, whose time has taken the place of the newest.
  const spent = { spent: 50_000_000_000n, ceiling: 0n, requests: 9, newestCall: '2026-11-22T11:00:00.000Z' };
  subjects.balances.set(alice, { [month]: spent });
  const asked: string[] = [];
  const deps = {
    subjects,
    settings: settingsSchema.parse({ mode: 'enforce' }),
    clock: () => new Date('2026-11-22T12:30:00Z'),
    enforcer: { ask: async (subject: string) => void asked.push(subject) },
    workflows: { start: async () => {}, status: async () => 'missing' as const },
  };
  const fail = (error: unknown) => {
    throw error;
  };
  return { subjects, asked, evaluate: createEvaluate(deps, fail) };
}

const leaks = ({ alerts }: MemorySubjects) => alerts.filter(({ notice }) => notice === 'leak');

describe('the stream of balances', () => {
  it('tells of a call that the deny should have stopped, also where an older one was posted since, once', async () => {
    const { subjects, asked, evaluate } = await suspended();
    await evaluate(postings('2026-11-22T12:20:00.000Z', '2026-11-22T11:00:00.000Z'));
    expect(leaks(subjects)).toMatchObject([
      { severity: 'critical', detail: expect.stringContaining('A call of 2026-11-22T12:20:00.000Z') },
    ]);
    expect(asked).toEqual([alice]);
    await evaluate(postings('2026-11-22T12:25:00.000Z'));
    expect(leaks(subjects)).toHaveLength(1);
  });

  it('says nothing of calls within the tolerance', async () => {
    const { subjects, evaluate } = await suspended();
    await evaluate(postings('2026-11-22T12:05:00.000Z'));
    expect(leaks(subjects)).toEqual([]);
  });
});
