import { accessOf } from '../../domain/control/access.ts';
import { specFor, toBudget } from '../../domain/control/budget.ts';
import { countedSpend, noBalance, windowStatuses } from '../../domain/control/crossings.ts';
import { limitsInForce, ordersInForce } from '../../domain/control/orders.ts';
import { scopeIn, teamOf } from '../../domain/control/subject.ts';
import { foresee } from '../../domain/forecast/foresight.ts';
import type { CommandTarget } from '../../domain/notify/commands.ts';
import {
  type ReportKind,
  reportPeriod,
  reportsOn,
  spentOn,
  windowsOf,
} from '../../domain/report/report-period.ts';
import { type ReportFacts, type ReportLine, renderReport } from '../../domain/report/spend-report.ts';
import type { Settings } from '../../domain/settings.ts';
import { accountSubject } from '../../domain/subject.ts';
import { windowBounds, windowKindOf } from '../../domain/windows.ts';
import { openWindows } from '../deciding/read-situation.ts';
import type { Publisher, ReportRuns } from '../ports/messages.ts';
import type { KnownSubject, KnownSubjects } from '../ports/subjects.ts';
import type { Clock } from '../ports/time.ts';

export interface ReportDeps {
  readonly known: KnownSubjects;
  readonly runs: ReportRuns;
  readonly publisher: Publisher;
  readonly settings: Settings;
  /** The deployment that the commands in a report are for. */
  readonly target: CommandTarget;
  readonly clock: Clock;
}

/**
 * Sends the reports that are due today and did not go out yet, and answers which. A message goes out before that is
 * remembered: a crash between the two tells twice rather than never.
 */
export async function reportSpending(deps: ReportDeps): Promise<readonly ReportKind[]> {
  const { runs, publisher, settings, target, clock } = deps;
  const now = clock();
  const today = now.toISOString().slice(0, 'yyyy-mm-dd'.length);
  const sent: ReportKind[] = [];
  for (const kind of reportsOn(now).filter((each) => settings.reports[each])) {
    if ((await runs.last(kind)) === today) continue;
    const facts = await gather(kind, now, deps);
    if (facts === undefined) continue;
    await publisher.publish(renderReport(facts, target));
    await runs.save(kind, today);
    sent.push(kind);
  }
  return sent;
}

/** Undefined before anybody has spent anything. */
async function gather(
  kind: ReportKind,
  now: Date,
  { known, settings }: ReportDeps,
): Promise<ReportFacts | undefined> {
  const period = reportPeriod(kind, now);
  const { windows } = openWindows(now, settings.timeZone);
  const wanted = [...new Set([...windowsOf(period, settings.timeZone), ...Object.values(windows)])];
  const all = await known.all(wanted);
  const account = all.get(accountSubject);
  const line = (subject: KnownSubject) => lineOf(subject, period, now, settings);
  const ofScope = (...scopes: string[]) =>
    [...all.values()].filter(({ subject }) => scopes.includes(scopeIn(subject, settings)));
  const accountLine = account && line(account);
  if (account === undefined || accountLine === undefined) return undefined;
  const { windowStatus } = accountLine;
  return {
    ...{ kind, period, account: accountLine },
    projected: projectedOf(account, windowStatus, now, settings),
    ceiling: account.balances[windowStatus?.window ?? windows.month]?.ceiling ?? 0n,
    teams: ofScope('team').flatMap((each) => line(each) ?? []),
    // A role's sessions have lines of their own.
    principals: ofScope('principal').flatMap((each) => line(each) ?? []),
  };
}

function lineOf(
  { subject, state, operatorSpec, taggedTeam, taggedTier: tier, balances }: KnownSubject,
  { days, before }: ReportFacts['period'],
  now: Date,
  settings: Settings,
): ReportLine | undefined {
  if (state === undefined) return undefined;
  const scope = scopeIn(subject, settings);
  const team = teamOf(subject, settings, taggedTeam);
  const spec = specFor(subject, operatorSpec, settings, { team, tier });
  const budget = spec && toBudget(spec, scope);
  const limits = limitsInForce(budget?.limits ?? [], ordersInForce(state.orders ?? {}, now));
  const { windows } = openWindows(now, settings.timeZone);
  const windowStatus =
    budget && windowStatuses({ ...budget, limits, modelLimits: [] }, windows, balances).at(-1);
  return {
    subject,
    access: accessOf(state),
    spent: spentOn(days, balances, scope),
    before: spentOn(before, balances, scope),
    windowStatus,
  };
}

function projectedOf(
  { balances }: KnownSubject,
  status: ReportLine['windowStatus'],
  now: Date,
  { timeZone }: Settings,
) {
  if (status === undefined || windowKindOf(status.window) === 'day') return undefined;
  const { window, limit } = status;
  const sameKind = Object.keys(balances).filter((name) => windowKindOf(name) === windowKindOf(window));
  return foresee({
    ...{ window, limit, now, bounds: windowBounds(window, timeZone) },
    spent: countedSpend(balances[window] ?? noBalance, 'account'),
    days: sameKind.map((name) => ({
      bounds: windowBounds(name, timeZone),
      spent: balances[name]?.days ?? {},
    })),
  })?.projected;
}
