import type { RunResult } from '../../../scripts/run/result.ts';
import { runMany } from './support/command.ts';

let result: RunResult;
beforeAll(async () => {
  result = (await runMany(['pace'], { badDays: 3 }))['pace'] as RunResult;
}, 200_000);

const noticesOf = (subject: string) =>
  result.notices
    .filter((one) => one.subject === subject)
    .map(({ at, notice }) => `${at.slice(5, 16)} ${notice}`);
const answers = (user: string) =>
  result.invocations
    .filter(({ identityArn }) => identityArn.endsWith(`/${user}`))
    .map(({ at, modelId, decision }) => `${at.slice(5, 16)} ${modelId.split('.').at(1)} ${decision}`);

it('stops below the limit what will use it up, until the window turns', () => {
  expect(result.principals['user/alice']?.windows['month:2026-11']?.spentUsd).toBe('9.500000000');
  expect(result.principals['user/alice']?.alerts.map(({ threshold }) => threshold)).toEqual([
    ...['50%', '80%', '90%', '95%'],
  ]);
  expect(noticesOf('user/alice')).toEqual([
    '11-30T10:18 early-stop',
    '11-30T10:18 suspended',
    '12-01T00:00 restored',
  ]);
  expect(answers('alice')).toEqual([
    '11-30T10:18 amazon denied',
    '11-30T10:27 amazon denied',
    '12-01T00:00 anthropic allowed',
  ]);
});

it('slows down who suddenly spends many times the usual, tells of expensive calls, and tries again after the cool-down', () => {
  expect(noticesOf('user/bob').sort()).toEqual([
    '11-30T10:10 single-request',
    '11-30T10:11 single-request',
    '11-30T10:11 velocity',
  ]);
  expect(result.principals['user/bob']?.alerts).toEqual([]);
  expect(answers('bob')).toEqual([
    '11-30T10:11 anthropic denied',
    '11-30T10:11 amazon allowed',
    '11-30T10:27 anthropic allowed',
  ]);
});

it('asks for nothing that is not permitted, and every balance adds up', () => {
  expect(result).toMatchObject({ refusals: [], faults: [] });
});
