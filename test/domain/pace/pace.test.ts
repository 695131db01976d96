import fc from 'fast-check';
import { parseUsd } from '../../../lambda/domain/money.ts';
import {
  burnRate,
  type Pace,
  type PaceSample,
  sampleDue,
  samplePace,
} from '../../../lambda/domain/pace/pace.ts';

const start = Date.UTC(2026, 10, 23, 9);
const month = 'month:2026-11';

const at = (seconds: number, usd: string, over: Partial<PaceSample> = {}): PaceSample => ({
  now: new Date(start + seconds * 1_000),
  window: month,
  spentNow: parseUsd(usd),
  requestsNow: 0,
  ...over,
});
const paced = (...samples: PaceSample[]): Pace =>
  samples.reduce<Pace | undefined>(samplePace, undefined) as Pace;
const counted = (pace: Pace): bigint => pace.minutes.reduce((sum, [, spend]) => sum + BigInt(spend), 0n);
const rateAt = (pace: Pace, seconds: number) => burnRate(pace, new Date(start + seconds * 1_000)).spend;

/** A balance that only grows, looked at every now and then. */
const histories = fc.array(
  fc.record({ seconds: fc.integer({ min: 0, max: 20_000 }), gain: fc.bigInt({ min: 0n, max: 10n ** 15n }) }),
  { minLength: 1, maxLength: 60 },
);
const samplesOf = (history: readonly { seconds: number; gain: bigint }[]): PaceSample[] => {
  let seconds = 0;
  let spentNow = 5_000_000_000n;
  return history.map((step, index) => {
    seconds += step.seconds;
    spentNow += step.gain;
    return { now: new Date(start + seconds * 1_000), window: month, spentNow, requestsNow: index };
  });
};

describe('samplePace', () => {
  it('counts nothing at first sight: a balance may be a month old', () => {
    const pace = paced(at(0, '40.00'));
    expect(rateAt(pace, 0)).toBe(0n);
    expect(pace.minutes).toEqual([]);
  });

  it('comes to the rate of a steady spender', () => {
    const samples = Array.from({ length: 31 }, (_, minute) => at(minute * 60, `${minute}.50`));
    const rate = Number(rateAt(paced(...samples), 30 * 60)) / 1e9;
    expect(rate).toBeGreaterThan(0.98);
    expect(rate).toBeLessThan(1.01);
  });

  it('follows a burst within a minute or two', () => {
    const pace = paced(at(0, '1'), at(3_600, '1'), at(3_660, '11'), at(3_720, '21'));
    expect(rateAt(pace, 3_720)).toBeGreaterThan(parseUsd('8'));
  });

  it('counts from zero in the next window and keeps the rate', () => {
    const before = paced(at(0, '10'), at(60, '12'));
    const turned = samplePace(before, at(120, '2', { window: 'month:2026-12' }));
    const stayed = samplePace(before, at(120, '14'));
    expect(turned.fast).toEqual(stayed.fast);
    expect(counted(turned)).toBe(counted(stayed));
  });

  it('takes another kind of window, or an older one, as a reference only', () => {
    const before = paced(at(0, '10'), at(60, '12'));
    for (const window of ['day:2026-12-01', 'month:2026-10']) {
      const pace = samplePace(before, at(120, '300', { window }));
      expect(counted(pace)).toBe(counted(before));
      expect(pace.spent).toBe(String(parseUsd('300')));
    }
  });

  it('counts no spend where a balance fell', () => {
    const pace = paced(at(0, '10'), at(60, '7'), at(120, '8'));
    expect(counted(pace)).toBe(parseUsd('1'));
  });

  it('remembers the most expensive calls, less by the day', () => {
    const pace = paced(at(0, '1'), at(60, '3', { requestsNow: 4 }));
    expect(pace.largest).toBe(String(parseUsd('0.5')));
    const day = samplePace(pace, at(60 + 86_400, '3', { requestsNow: 4 }));
    expect(day.largest).toBe(String(parseUsd('0.25')));
  });

  it('is to be kept once a minute', () => {
    const pace = paced(at(0, '1'));
    expect(sampleDue(undefined, new Date(start))).toBe(true);
    expect(sampleDue(pace, new Date(start + 59_999))).toBe(false);
    expect(sampleDue(pace, new Date(start + 60_000))).toBe(true);
  });

  it('never counts more than the balance grew by', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const samples = samplesOf(history);
        const grown = (samples.at(-1)?.spentNow ?? 0n) - (samples[0]?.spentNow ?? 0n);
        expect(counted(paced(...samples)) <= grown).toBe(true);
      }),
    );
  });

  it('does not mind being told twice, or too late', () => {
    fc.assert(
      fc.property(histories, fc.nat(), (history, pick) => {
        const samples = samplesOf(history);
        const pace = paced(...samples);
        const old = samples[pick % samples.length];
        expect(old && samplePace(pace, old)).toEqual(pace);
      }),
    );
  });

  it('counts the same money, however often it looks', () => {
    fc.assert(
      fc.property(
        fc.array(fc.bigInt({ min: 0n, max: 10n ** 12n }), { minLength: 2, maxLength: 20 }),
        fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }),
        (gains, looks) => {
          const samples = samplesOf(gains.map((gain) => ({ seconds: 61, gain })));
          const some = samples.filter(
            (_, index) => index === 0 || index === samples.length - 1 || looks[index],
          );
          expect(counted(paced(...some))).toBe(counted(paced(...samples)));
        },
      ),
    );
  });

  it('fades to nothing while nothing is spent', () => {
    fc.assert(
      fc.property(histories, fc.integer({ min: 0, max: 3_000 }), (history, seconds) => {
        const pace = paced(...samplesOf(history));
        const last = (Date.parse(pace.at) - start) / 1_000;
        expect(rateAt(pace, last + seconds) <= rateAt(pace, last)).toBe(true);
        expect(rateAt(pace, last + 86_400)).toBe(0n);
      }),
    );
  });

  it('stays JSON below a kilobyte', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const pace: Pace = { ...paced(...samplesOf(history)), openedAt: new Date(start).toISOString() };
        const text = JSON.stringify(pace);
        expect(text.length).toBeLessThan(1_024);
        expect(JSON.parse(text)).toEqual(pace);
      }),
    );
  });
});
