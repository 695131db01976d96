import { forecastAlert } from '../../domain/control/alert-pace.ts';
import { noBalance } from '../../domain/control/crossings.ts';
import { windowStatusesOf } from '../../domain/control/situation.ts';
import { slotsOf } from '../../domain/control/subject.ts';
import type { Forecast } from '../../domain/forecast/forecast-window.ts';
import {
  exceedingForecast,
  type Foresight,
  type ForesightInput,
  foresee,
  foretell,
  windowsBefore,
} from '../../domain/forecast/foresight.ts';
import type { NanoUsd } from '../../domain/money.ts';
import { type WindowKind, windowBounds, windowIdAt } from '../../domain/windows.ts';
import type { Open, SituationDeps } from './read-situation.ts';

/**
 * How the budget's longest window goes on, for the message of a crossed threshold. Undefined for budgets of days only,
 * for whoever is stopped, and while there are too few days.
 */
export async function foreseeWindow(open: Open, deps: SituationDeps): Promise<Foresight | undefined> {
  const known = await readDays(open, deps);
  return known && foresee(known);
}

/** The same with its interval, for a command that asks how long the budget lasts. */
export async function foretellWindow(
  open: Open,
  deps: SituationDeps,
): Promise<{ readonly window: string; readonly limit: NanoUsd; readonly forecast: Forecast } | undefined> {
  const known = await readDays(open, deps);
  const forecast = known && foretell(known);
  return known && forecast && { window: known.window, limit: known.limit, forecast };
}

/**
 * Alerts of a window that is on track to exceed its limit. Computed when an evaluation is due anyway, once a day for each
 * subject that spends: no schedule of its own, and no read before the day is over.
 */
export async function tellForecast(open: Open, deps: SituationDeps): Promise<void> {
  const { situation, snapshot } = open;
  if (snapshot.dueAt === undefined || snapshot.dueAt > situation.now) return;
  const known = await readDays(open, deps);
  const forecast = known && exceedingForecast(known);
  if (known === undefined || forecast === undefined) return;
  await deps.subjects.raise(forecastAlert(situation, known.window, forecast, known.limit));
}

/** Days of this window and of those before it. */
async function readDays(
  { situation }: Open,
  { subjects, settings: { timeZone } }: SituationDeps,
): Promise<ForesightInput | undefined> {
  const { subject, budget, balances, state, now } = situation;
  const status = windowStatusesOf(situation).findLast(({ pattern }) => pattern === undefined);
  if (status === undefined || status.kind === 'day' || status.spent === 0n) return undefined;
  if (status.spent >= status.limit || state.holds.own?.level === 'suspended') return undefined;
  const { window, kind, limit } = status;
  const earlier = earlierWindows(window, kind, timeZone);
  const before = await subjects.load(subject, earlier, slotsOf(budget.scope));
  const present = balances[window] ?? noBalance;
  const all = { ...before.balances, [window]: present };
  return {
    ...{ window, limit, now, spent: status.spent },
    bounds: windowBounds(window, timeZone),
    days: [...earlier, window].map((name) => ({
      bounds: windowBounds(name, timeZone),
      spent: all[name]?.days ?? {},
    })),
  };
}

function earlierWindows(window: string, kind: WindowKind, timeZone: string): string[] {
  const names: string[] = [];
  let { startsAt } = windowBounds(window, timeZone);
  for (let count = windowsBefore[kind]; count > 0; count -= 1) {
    const name = windowIdAt(kind, new Date(startsAt.getTime() - 1), timeZone);
    names.unshift(name);
    startsAt = windowBounds(name, timeZone).startsAt;
  }
  return names;
}
