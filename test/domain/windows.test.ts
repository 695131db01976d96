import fc from 'fast-check';
import {
  WindowError,
  windowBounds,
  windowIdAt,
  windowKindOf,
  windowKinds,
} from '../../lambda/domain/windows.ts';

const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/Havana', // passes midnight twice each autumn
  'Africa/Cairo', // skips midnight each spring
  'Asia/Kathmandu',
  'Australia/Lord_Howe', // changes by half an hour
  'Pacific/Kiritimati',
];
const instants = fc.date({ min: new Date('2023-01-01'), max: new Date('2040-01-01'), noInvalidDate: true });

describe('windowIdAt', () => {
  it.each([
    ['day', '2026-11-22T12:00:00Z', 'UTC', 'day:2026-11-22'],
    ['week', '2026-11-22T12:00:00Z', 'UTC', 'week:2026-W47'],
    ['month', '2026-11-22T12:00:00Z', 'UTC', 'month:2026-11'],
    ['day', '2026-11-30T23:30:00Z', 'Europe/Berlin', 'day:2026-12-01'],
    ['month', '2026-11-30T23:30:00Z', 'Europe/Berlin', 'month:2026-12'],
    ['month', '2026-12-01T04:59:59Z', 'America/New_York', 'month:2026-11'],
    ['week', '2027-01-01T00:00:00Z', 'UTC', 'week:2026-W53'],
    ['week', '2027-01-03T23:59:59Z', 'UTC', 'week:2026-W53'],
    ['week', '2027-01-04T00:00:00Z', 'UTC', 'week:2027-W01'],
    ['week', '2024-12-30T00:00:00Z', 'UTC', 'week:2025-W01'],
  ] as const)('names the %s of %s in %s %s', (kind, at, zone, expected) => {
    expect(windowIdAt(kind, new Date(at), zone)).toBe(expected);
  });

  it('refuses a zone that does not exist and a time that is none', () => {
    expect(() => windowIdAt('day', new Date(0), 'Mars/Olympus')).toThrow(WindowError);
    expect(() => windowIdAt('day', new Date(Number.NaN), 'UTC')).toThrow(WindowError);
  });
});

describe('windowBounds', () => {
  it.each([
    ['day:2026-11-22', 'UTC', '2026-11-22T00:00:00.000Z', '2026-11-23T00:00:00.000Z'],
    ['week:2026-W53', 'UTC', '2026-12-28T00:00:00.000Z', '2027-01-04T00:00:00.000Z'],
    ['month:2028-02', 'UTC', '2028-02-01T00:00:00.000Z', '2028-03-01T00:00:00.000Z'],
    ['month:2026-12', 'Europe/Berlin', '2026-11-30T23:00:00.000Z', '2026-12-31T23:00:00.000Z'],
    ['day:2026-03-29', 'Europe/Berlin', '2026-03-28T23:00:00.000Z', '2026-03-29T22:00:00.000Z'],
    ['day:2026-10-25', 'Europe/Berlin', '2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z'],
    ['day:2026-11-01', 'America/Havana', '2026-11-01T04:00:00.000Z', '2026-11-02T05:00:00.000Z'],
    ['day:2026-04-24', 'Africa/Cairo', '2026-04-23T22:00:00.000Z', '2026-04-24T21:00:00.000Z'],
  ])('cuts %s in %s', (id, zone, startsAt, endsAt) => {
    expect(windowBounds(id, zone)).toEqual({ startsAt: new Date(startsAt), endsAt: new Date(endsAt) });
  });

  it.each([
    '',
    'day:',
    'day:2026-02-30',
    'week:2025-W53',
    'month:2026-13',
    'year:2026',
    'day:2026-11-22T01',
    'x',
  ])('refuses %j', (id) => {
    expect(() => windowBounds(id, 'UTC')).toThrow(WindowError);
  });

  it('refuses a zone that does not exist', () => {
    expect(() => windowBounds('day:2026-11-22', 'Mars/Olympus')).toThrow(WindowError);
  });

  it('holds every instant in the bounds of its own window', () => {
    fc.assert(
      fc.property(instants, fc.constantFrom(...zones), fc.constantFrom(...windowKinds), (at, zone, kind) => {
        const { startsAt, endsAt } = windowBounds(windowIdAt(kind, at, zone), zone);

        expect(startsAt <= at && at < endsAt).toBe(true);
      }),
    );
  });

  it('tiles time: where one window ends the next one begins', () => {
    fc.assert(
      fc.property(instants, fc.constantFrom(...zones), fc.constantFrom(...windowKinds), (at, zone, kind) => {
        const id = windowIdAt(kind, at, zone);
        const { startsAt, endsAt } = windowBounds(id, zone);
        const next = windowIdAt(kind, endsAt, zone);
        const previous = windowIdAt(kind, new Date(startsAt.getTime() - 1), zone);

        expect(windowBounds(next, zone).startsAt).toEqual(endsAt);
        expect(windowBounds(previous, zone).endsAt).toEqual(startsAt);
        expect(new Set([previous, id, next]).size).toBe(3);
      }),
    );
  });

  it.each([
    ['America/Havana', '2026-11-01'],
    ['Africa/Cairo', '2026-04-24'],
    ['Australia/Lord_Howe', '2026-04-05'],
  ])('gives each minute around a change of clocks in %s its own day', (zone, date) => {
    const noon = Date.parse(`${date}T12:00:00Z`);
    const minutes = Array.from(
      { length: 36 * 60 },
      (_, minute) => new Date(noon + (minute - 18 * 60) * 60_000),
    );
    const outside = minutes.filter((at) => {
      const { startsAt, endsAt } = windowBounds(windowIdAt('day', at, zone), zone);
      return at < startsAt || at >= endsAt;
    });

    expect(outside).toEqual([]);
  });
});

describe('windowKindOf', () => {
  it.each(windowKinds)('reads %s from an id', (kind) => {
    expect(windowKindOf(windowIdAt(kind, new Date('2026-11-22'), 'UTC'))).toBe(kind);
  });

  it('refuses what is no id', () => {
    expect(() => windowKindOf('month:2026-W11')).toThrow(WindowError);
  });
});
