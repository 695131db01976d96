import { isLive } from '../../../lambda/domain/pace/live-spend.ts';

it.each([
  ['a record of this moment', '2026-11-22T12:00:00Z', true],
  ['one of a clock that is ahead', '2026-11-22T12:00:07Z', true],
  ['one that comes by S3, a quarter of an hour late', '2026-11-22T11:45:00Z', true],
  ['one that is older', '2026-11-22T11:44:59.999Z', false],
])('%s', (_, timestamp, live) => {
  expect(isLive(timestamp, new Date('2026-11-22T12:00:00Z'))).toBe(live);
});
