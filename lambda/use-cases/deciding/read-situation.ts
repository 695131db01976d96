import { type Budget, specFor, toBudget } from '../../domain/control/budget.ts';
import { countedWindows, countNames, noWindows } from '../../domain/control/counted-windows.ts';
import { claimsIn, waitsForProof } from '../../domain/control/crossings.ts';
import { modelWindow } from '../../domain/control/model-pattern.ts';
import { poolHoldOf } from '../../domain/control/pool-holds.ts';
import { type Situation, windowStatusesOf } from '../../domain/control/situation.ts';
import {
  isHeldItself,
  modeOf,
  protectionOf,
  scopeIn,
  slotsOf,
  teamOf,
} from '../../domain/control/subject.ts';
import { type PaceCheck, readPace } from '../../domain/pace/pace-check.ts';
import type { Settings } from '../../domain/settings.ts';
import { accountSubject } from '../../domain/subject.ts';
import { type WindowKind, windowBounds, windowIdAt } from '../../domain/windows.ts';
import type { Proofs } from '../ports/evidence.ts';
import type { SubjectSnapshot, Subjects } from '../ports/subjects.ts';
import type { Clock } from '../ports/time.ts';

export interface SituationDeps {
  readonly subjects: Subjects;
  readonly settings: Settings;
  readonly clock: Clock;
  /** @default nobody reads AWS's counters: pools act on all that is claimed */
  readonly proofs?: Pick<Proofs, 'room'> | undefined;
}

export type Open = { readonly situation: Situation; readonly snapshot: SubjectSnapshot };

const kinds: readonly WindowKind[] = ['day', 'week', 'month'];

/** The windows open at an instant, and when each ends. */
export function openWindows(at: Date, timeZone: string): Pick<Situation, 'windows' | 'windowEnds'> {
  const windows = kinds.map((kind) => [kind, windowIdAt(kind, at, timeZone)] as const);
  const ends = windows.map(([kind, id]) => [kind, windowBounds(id, timeZone).endsAt] as const);
  return {
    windows: Object.fromEntries(windows) as Situation['windows'],
    windowEnds: Object.fromEntries(ends) as Situation['windowEnds'],
  };
}

/** Reads all that a decision about `subject` rests on; undefined where it was never provisioned or its team is gone. */
export async function readSituation(subject: string, deps: SituationDeps): Promise<Open | undefined> {
  const { subjects, settings, clock } = deps;
  const now = clock();
  const open = openWindows(now, settings.timeZone);
  const scope = scopeIn(subject, settings);
  const [snapshot, account] = await Promise.all([
    subjects.load(subject, Object.values(open.windows), slotsOf(scope)),
    subject === accountSubject ? undefined : subjects.state(accountSubject),
  ]);
  const team = isHeldItself(scope) ? teamOf(subject, settings, snapshot.taggedTeam) : undefined;
  const [teamState, tagged] = await Promise.all([
    team === undefined ? undefined : subjects.state(team),
    scope === 'team' ? subjects.taggedMembers(subject) : [],
  ]);
  const spec = specFor(subject, snapshot.operatorSpec, settings, { team, tier: snapshot.taggedTier });
  if (snapshot.state === undefined || spec === undefined) return undefined;
  const budget = toBudget(spec, scope);
  const situation: Situation = {
    subject,
    budget,
    ...open,
    balances: { ...snapshot.balances, ...(await modelBalances(subject, budget, open.windows, deps)) },
    state: snapshot.state,
    teamHold: poolHoldOf(teamState?.holds, open.windows),
    accountHold: isHeldItself(scope) ? poolHoldOf(account?.holds, open.windows) : undefined,
    carvedOut: snapshot.operatorSpec !== undefined || settings.budgets[subject] !== undefined,
    members: membersOf(subject, tagged, settings),
    holdable:
      modeOf(subject, team, settings) === 'enforce' && protectionOf(subject, settings) !== 'break-glass',
    exempt: protectionOf(subject, settings) === 'exempt',
    reconcileMinutes: settings.reconcileMinutes,
    unpricedGraceHours: settings.unpricedGraceHours,
    paused: (account ?? snapshot.state).paused !== undefined,
    counts: countNames(countedWindows(subject, snapshot.operatorSpec, settings) ?? noWindows),
    pace: paceOf(budget, snapshot, open.windows, now, settings),
    now,
  };
  return { situation: await withClaims(situation, deps), snapshot };
}

/** Only where a pool's rungs hang on claims: everyone else reads nothing more. */
async function withClaims(situation: Situation, { proofs, subjects }: SituationDeps): Promise<Situation> {
  const without = { ...situation, claims: { room: 0n } };
  if (proofs === undefined || !waitsForProof(windowStatusesOf(without))) return situation;
  const look = await proofs.room();
  const otherClaims = situation.subject === accountSubject ? 0n : await claimsOfOthers(situation, subjects);
  return { ...situation, claims: { room: look?.room ?? 0n, otherClaims } };
}

/** Counters know no team: a pool is believed what the claims of all others leave. */
async function claimsOfOthers({ balances, windows }: Situation, subjects: Subjects): Promise<bigint> {
  const most = (of: Situation['balances']) =>
    Object.values(of)
      .map(claimsIn)
      .reduce((one, other) => (one > other ? one : other), 0n);
  const account = await subjects.load(accountSubject, Object.values(windows), slotsOf('account'));
  const others = most(account.balances) - most(balances);
  return others > 0n ? others : 0n;
}

/** Which models are limited is known only with the budget: a second read, for those alone who have such limits. */
async function modelBalances(
  subject: string,
  { scope, modelLimits }: Budget,
  windows: Situation['windows'],
  { subjects }: SituationDeps,
): Promise<Situation['balances']> {
  const names = modelLimits.flatMap(({ pattern, limits }) =>
    limits.map(({ kind }) => modelWindow(windows[kind], pattern)),
  );
  return names.length === 0 ? {} : (await subjects.load(subject, names, slotsOf(scope))).balances;
}

/** Sampled from the longest window, which turns least often; pools are not stopped for an estimate. */
function paceOf(
  { scope, limits }: Budget,
  { pace, balances }: SubjectSnapshot,
  windows: Situation['windows'],
  now: Date,
  settings: Settings,
): PaceCheck | undefined {
  const longest = limits.at(-1);
  if (longest === undefined || !isHeldItself(scope)) return undefined;
  const window = windows[longest.kind];
  const { spent, requests } = balances[window]?.live ?? { spent: 0n, requests: 0 };
  return readPace(pace, { now, window, spentNow: spent, requestsNow: requests }, settings);
}

/** Whom a pool's hold concerns, as far as they are known by name; everyone else is reached by their own next look. */
function membersOf(subject: string, tagged: readonly string[], settings: Settings): string[] {
  switch (scopeIn(subject, settings)) {
    case 'team':
      return [...new Set([...(settings.teams[subject]?.members ?? []), ...tagged])];
    case 'account':
      return Object.keys(settings.budgets).filter((name) => settings.budgets[name]?.priority === 'low');
    default:
      return [];
  }
}
