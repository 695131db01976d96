import type { RunResult } from '../../../scripts/run/result.ts';
import { runMany } from './support/command.ts';

let result: RunResult;

beforeAll(async () => {
  // Deliveries come twice, functions die, IAM is slow to show changes.
  const all = await runMany(['sessions-keys-and-steps'], { badDays: 7 });
  result = all['sessions-keys-and-steps'] as RunResult;
}, 300_000);

const calls = 17;
const decisions = () => result.invocations.map(({ decision }) => decision);

it('stops whom it must by any way, key and endpoint, and nobody else', () => {
  const byCall = decisions().slice(0, calls);
  expect({ alice: byCall.slice(0, 3), ann: byCall[3], oddlyNamed: byCall[4], bob: byCall[5] }).toEqual({
    alice: ['denied', 'denied', 'denied'],
    ann: 'denied',
    oddlyNamed: 'denied',
    bob: 'allowed',
  });
  expect({ premium: byCall.slice(6, 11), everyday: byCall.slice(11, 16), tagged: byCall[16] }).toEqual({
    premium: Array(5).fill('denied'),
    everyday: Array(5).fill('allowed'),
    tagged: 'allowed',
  });
});

it('lets everyone go on in the new month, with the key', () => {
  expect(decisions().slice(calls)).toEqual(Array(calls).fill('allowed'));
  expect(result.principals['user/alice']).toMatchObject({ access: 'active', causes: [] });
});

it('tells once, critically, of a call that was answered long after the suspension', () => {
  const told = result.notices.filter(({ notice }) => notice === 'leak');
  expect(told).toMatchObject([
    { subject: 'user/alice', detail: expect.stringContaining('A call of 2026-11-30T23:57:00.000Z') },
  ]);
  expect(result.messages).toContainEqual(
    expect.objectContaining({ topic: 'critical', subject: expect.stringContaining('although it is denied') }),
  );
});

it('tells of the one whom a tag keeps from being stopped, and does nothing that is refused', () => {
  const audit = result.audit.filter(({ subject }) => subject === 'user/tagged');
  expect(audit.map(({ action }) => action)).toContain('unenforceable');
  const told = result.notices.filter(({ subject }) => subject === 'user/tagged');
  expect(told.map(({ notice }) => notice)).toEqual(['unenforceable', 'restored']);
  expect(result).toMatchObject({ refusals: [], faults: [] });
});
