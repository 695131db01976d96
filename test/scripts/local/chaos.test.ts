import fc from 'fast-check';
import { noChaos, SeededChaos } from '../../../scripts/local/chaos.ts';

const write = { service: 'dynamodb', operation: 'TransactWriteItems' };
const drawn = (seed: number, count = 2000) => {
  const chaos = new SeededChaos(seed);
  return Array.from({ length: count }, () => chaos.faultFor('ingest', write));
};

test('the same seed meets the same faults, another seed others', () => {
  expect(drawn(7)).toEqual(drawn(7));
  expect(drawn(7)).not.toEqual(drawn(8));
});

test('a transaction meets throttles, conflicts and lost answers, but mostly nothing', () => {
  const faults = drawn(1);
  expect(new Set(faults)).toEqual(new Set([undefined, 'throttle', 'conflict', 'lost-response']));
  expect(faults.filter(Boolean).length).toBeLessThan(faults.length / 5);
});

test('a caller meets three faults in a row at most, however bad the day', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 4, max: 60 }), (seed, count) => {
      const chaos = new SeededChaos(seed, { throttle: 1 });
      const faults = Array.from({ length: count }, () => chaos.faultFor('enforcer', write));
      for (let start = 0; start + 4 <= count; start += 1) {
        expect(faults.slice(start, start + 4)).toContain(undefined);
      }
    }),
  );
});

test('an answer is lost only of what changes something', () => {
  const chaos = new SeededChaos(3, { throttle: 0, lostResponse: 1 });
  expect(chaos.faultFor('sweep', { service: 'dynamodb', operation: 'Query' })).toBeUndefined();
  expect(chaos.faultFor('sweep', write)).toBe('lost-response');
});

test('reordering loses and adds nothing', () => {
  fc.assert(
    fc.property(fc.integer(), fc.array(fc.integer()), (seed, items) => {
      const shuffled = new SeededChaos(seed, { reorder: 1 }).reordered(items);
      expect(shuffled.toSorted()).toEqual(items.toSorted());
    }),
  );
});

test('a calm day has no faults and keeps every order', () => {
  expect(noChaos.faultFor('ingest', write)).toBeUndefined();
  expect(noChaos.reordered([3, 1, 2])).toEqual([3, 1, 2]);
  expect(noChaos.duplicates()).toBe(false);
});
