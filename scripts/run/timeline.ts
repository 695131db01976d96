import type { Settings } from '../../lambda/domain/settings.ts';
import { windowIdAt } from '../../lambda/domain/windows.ts';
import { recordFacts } from '../command-line/record-facts.ts';
import type { ScenarioStep } from './plan.ts';
import { SpendForecast } from './spend-forecast.ts';

/** A line at the time it tells itself. */
export interface TimedLine {
  readonly at: Date;
  readonly text: string;
}

/** No delivery holds more: a subscription sends about as much at once. */
const mostLines = 200;

/**
 * Puts the lines of files into time; one that tells none stays with the line before it, or else with the first of its file
 * that does. A file without any is as old as the oldest: the clock must not begin at a time that nobody has told.
 */
export function timed(files: readonly (readonly string[])[]): TimedLine[][] {
  const told = files.map((lines) => lines.map((line) => recordFacts(line).at));
  const known = told.flat().filter((at) => at !== undefined);
  const oldest = known.reduce((least, at) => (at < least ? at : least), known[0] ?? new Date(0));
  return files.map((lines, file) => {
    const times = told[file] ?? [];
    let last = times.find((at) => at !== undefined) ?? oldest;
    return lines.map((text, index) => {
      last = times[index] ?? last;
      return { at: last, text };
    });
  });
}

/**
 * Cuts sorted lines into deliveries: after each line by which a budget reaches a threshold, where the day turns in the
 * settings' time zone, and at 200 lines. So whatever is decided is decided at the time of the record that caused it.
 */
export function deliveriesOf<T extends TimedLine>(lines: readonly T[], settings: Settings): T[][] {
  const forecast = new SpendForecast(settings);
  const deliveries: T[][] = [];
  let current: T[] = [];
  let day: string | undefined;
  for (const line of lines) {
    const itsDay = windowIdAt('day', line.at, settings.timeZone);
    if (current.length >= mostLines || itsDay !== day) current = [];
    if (current.length === 0) deliveries.push(current);
    current.push(line);
    day = itsDay;
    if (forecast.crosses(line.text)) current = [];
  }
  return deliveries;
}

/** Moves the clock to each delivery's last line, delivers it, and lets the stack act on it. */
export function stepsOf(lines: readonly TimedLine[], settings: Settings): ScenarioStep[] {
  return deliveriesOf(lines, settings).flatMap((delivery): ScenarioStep[] => {
    const to = delivery.at(-1)?.at;
    if (to === undefined) return [];
    const texts = delivery.map(({ text }) => text);
    return [
      { kind: 'advance', to },
      { kind: 'deliver', via: 'cloudwatch', lines: texts, times: 1 },
      { kind: 'settle' },
    ];
  });
}
