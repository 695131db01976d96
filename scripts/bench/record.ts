import { readFileSync, writeFileSync } from 'node:fs';
import { countMetering } from './metering.ts';
import { measureParse } from './parse.ts';

const file = new URL('../../docs/bench.json', import.meta.url);
/** By so much a figure may be worse than the recorded one. */
const tolerance = 0.2;
/** A neighbour on the machine only makes ratios worse: the best of so many is the machine's own. */
const attempts = 4;

/** What `docs/bench.json` holds: nothing in it hangs on how fast the machine is. */
export interface BenchRecord {
  /** Higher is better. */
  readonly ratios: Readonly<Record<string, number>>;
  /** Of capacity units and calls; lower is better. */
  readonly counts: Readonly<Record<string, number>>;
}

/** Measures all, and writes `docs/bench.json`. */
export async function recordBench(): Promise<BenchRecord> {
  const measured = await measure(attempts, [1, 10, 100]);
  writeFileSync(file, `${JSON.stringify(measured, undefined, 2)}\n`);
  return measured;
}

/** The short form: sentences on what became worse by more than a fifth than `docs/bench.json` has it. */
export async function checkBench(): Promise<string[]> {
  const recorded = JSON.parse(readFileSync(file, 'utf8')) as BenchRecord;
  const sizes = [10, 100];
  let worse: string[] = [];
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    worse = worseThan(recorded, await measure(1, attempt === 0 ? sizes : []));
    if (worse.length === 0) break;
  }
  return worse;
}

async function measure(times: number, sizes: readonly number[]): Promise<BenchRecord> {
  const parsed = Array.from({ length: times }, () => measureParse().ratio);
  const best = (name: 'bodiesOff' | 'bodiesOn') => Math.max(...parsed.map((ratio) => ratio[name]));
  const metered = sizes.length === 0 ? [] : await countMetering(sizes);
  return {
    ratios: { 'parse bodiesOff': best('bodiesOff'), 'parse bodiesOn': best('bodiesOn') },
    counts: Object.fromEntries(
      metered.flatMap(({ size, channel, units }) =>
        Object.entries(units).map(([unit, count]) => [`metering by ${size}, ${channel}: ${unit}`, count]),
      ),
    ),
  };
}

/** What `now` lacks is not compared. A figure without a recorded one is told: nobody would notice it getting worse. */
export function worseThan(recorded: BenchRecord, now: BenchRecord): string[] {
  const kinds = [
    { of: 'ratios', isWorse: (one: number, before: number) => one < before * (1 - tolerance) },
    { of: 'counts', isWorse: (one: number, before: number) => one > before * (1 + tolerance) },
  ] as const;
  return kinds.flatMap(({ of, isWorse }) =>
    Object.entries(now[of]).flatMap(([name, figure]) => {
      const before = recorded[of][name];
      if (before === undefined) return [`${name} is not in docs/bench.json: run npm run bench.`];
      return isWorse(figure, before)
        ? [`${name} is ${figure}, and was ${before}: mend it, or record it with npm run bench.`]
        : [];
    }),
  );
}
