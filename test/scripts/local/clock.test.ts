import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { VirtualClock } from '../../../scripts/local/clock.ts';

const start = new Date('2026-11-22T12:00:00Z');
const inSeconds = (seconds: number) => new Date(start.getTime() + seconds * 1000);
const settled = async () => undefined;

test('time stands still until it is advanced, and ends exactly at the target', async () => {
  const clock = new VirtualClock(start);
  expect(clock.now()).toEqual(start);
  await clock.advanceTo(inSeconds(90), settled);
  expect(clock.now()).toEqual(inSeconds(90));
});

test('timers run in order of their time, each at its own instant, ties in order of registration', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 30 }), async (delays) => {
      const clock = new VirtualClock(start);
      const seen: { delay: number; index: number; at: Date }[] = [];
      delays.forEach((delay, index) => {
        clock.at(inSeconds(delay), () => void seen.push({ delay, index, at: clock.now() }));
      });
      await clock.advanceTo(inSeconds(20), settled);
      const expected = delays.map((delay, index) => ({ delay, index, at: inSeconds(delay) }));
      expect(seen).toEqual(expected.toSorted((a, b) => a.delay - b.delay || a.index - b.index));
      expect(clock.nextDue).toBeUndefined();
    }),
  );
});

test('the stack settles after each instant, and what it schedules on the way still runs in time', async () => {
  const clock = new VirtualClock(start);
  const log: string[] = [];
  const note = (what: string) => log.push(`${what} ${(clock.now().getTime() - start.getTime()) / 1000}`);
  clock.at(inSeconds(10), () => void note('first'));
  clock.at(inSeconds(10), () => void note('second'));
  clock.at(inSeconds(30), () => void note('last'));
  let chained = false;
  await clock.advanceTo(inSeconds(40), async () => {
    note('settle');
    if (chained) return;
    chained = true;
    clock.at(inSeconds(20), () => void note('chained'));
  });
  expect(log).toEqual([
    ...['first 10', 'second 10', 'settle 10', 'chained 20', 'settle 20', 'last 30', 'settle 30', 'settle 40'],
  ]);
});

test('a cancelled timer never runs, and later timers stay for a later advance', async () => {
  const clock = new VirtualClock(start);
  const run = jest.fn();
  clock.at(inSeconds(1), run).cancel();
  clock.at(inSeconds(60), run);
  expect(clock.nextDue).toEqual(inSeconds(60));
  await clock.advanceTo(inSeconds(59), settled);
  expect(run).not.toHaveBeenCalled();
  await clock.advanceTo(inSeconds(60), settled);
  expect(run).toHaveBeenCalledTimes(1);
});

test('what is due already happens without an advance', async () => {
  const clock = new VirtualClock(start);
  await clock.sleepUntil(start);
  await clock.sleepUntil(inSeconds(-10));
  const run = jest.fn();
  clock.at(start, run).cancel();
  await Promise.resolve();
  expect(run).not.toHaveBeenCalled();
});

test('a sleeper wakes when its time comes and not before', async () => {
  const clock = new VirtualClock(start);
  const woke = jest.fn();
  const sleep = clock.sleepUntil(inSeconds(5)).then(woke);
  await clock.advanceTo(inSeconds(4), settled);
  expect(woke).not.toHaveBeenCalled();
  await clock.advanceTo(inSeconds(5), settled);
  await sleep;
  expect(woke).toHaveBeenCalledTimes(1);
});

test('it refuses to go back, to be advanced twice at once, and to wait for no date', async () => {
  const clock = new VirtualClock(start);
  await expect(clock.advanceTo(inSeconds(-1), settled)).rejects.toThrow('cannot go back');
  const advance = clock.advanceTo(inSeconds(1), () => new Promise((resolve) => setTimeout(resolve, 5)));
  await expect(clock.advanceTo(inSeconds(2), settled)).rejects.toThrow('being advanced already');
  await advance;
  expect(() => clock.at(new Date('soon'), () => undefined)).toThrow('not a valid date');
});

test('a failing timer fails the advance, which can then be repeated', async () => {
  const clock = new VirtualClock(start);
  clock.at(inSeconds(1), () => Promise.reject(new Error('no such function')));
  await expect(clock.advanceTo(inSeconds(2), settled)).rejects.toThrow('no such function');
  await clock.advanceTo(inSeconds(2), settled);
  expect(clock.now()).toEqual(inSeconds(2));
});

test('another thread reads the same instant', async () => {
  const clock = new VirtualClock(start);
  await clock.advanceTo(inSeconds(7), settled);
  const source = `const { parentPort, workerData } = require('node:worker_threads');
    parentPort.postMessage(Number(Atomics.load(new BigInt64Array(workerData), 0)));`;
  const worker = new Worker(source, { eval: true, workerData: clock.shared });
  const [seen] = await once(worker, 'message');
  expect(new Date(seen)).toEqual(inSeconds(7));
  await worker.terminate();
});
