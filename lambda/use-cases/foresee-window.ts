import { countedSpend, noBalance } from '../domain/control/crossings.ts';
import { type Decision, type Situation, standingOf } from '../domain/control/decide.ts';
import { forecastNotice } from '../domain/control/note-pace.ts';
import { slotsOf } from '../domain/control/subject.ts';
import { type Foresight, foresee, windowsBefore } from '../domain/forecast/foresight.ts';
import { type WindowKind, windowBounds, windowIdAt } from '../domain/windows.ts';
import type { Open, SituationDeps } from './situation.ts';

/**
 * How the budget's longest window will end. Asked for when a look was due anyway, which is once a day for whoever
 * spends, and where a threshold is crossed, so that its message can say when the rest is used up: it reads the windows
 * before the present one. Undefined for budgets of days only, whoever is stopped, and while there are too few days.
 */
export async function foreseeWindow(
  { situation, snapshot }: Open,
  { alerts }: Pick<Decision, 'alerts'>,
  { subjects, settings }: SituationDeps,
): Promise<Foresight | undefined> {
  const { subject, budget, balances, state, now } = situation;
  const due = snapshot.dueAt !== undefined && snapshot.dueAt <= now;
  const standing = standingOf(situation).at(-1);
  if (standing === undefined || standing.kind === 'day') return undefined;
  if (!(due || alerts.length > 0) || standing.spent === 0n || standing.spent >= standing.limit) return undefined;
  if (state.holds.own?.step === 'suspend') return undefined;

  const { window, kind, limit } = standing;
  const earlier = earlierWindows(window, kind, settings.timeZone);
  const before = await subjects.load(subject, earlier, slotsOf(budget.scope));
  const all = { ...before.balances, [window]: balances[window] ?? noBalance };
  return foresee({
    ...{ window, limit, now },
    bounds: windowBounds(window, settings.timeZone),
    spent: countedSpend(balances[window] ?? noBalance, budget.scope),
    days: [...earlier, window].map((name) => ({
      bounds: windowBounds(name, settings.timeZone),
      spent: all[name]?.days ?? {},
    })),
    told: state.alerted[window]?.includes(forecastNotice) === true,
  });
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
