import { formatUsdShort, type NanoUsd } from '../money.ts';
import type { BudgetSpec, Settings } from '../settings.ts';
import { subjectOf } from '../subject.ts';
import type { WindowKind } from '../windows.ts';
import { toBudget } from './budget.ts';
import { teamOf } from './subject.ts';

/** A member's own budget, configured or set by an operator: a part of the pool that is reserved for it. */
export interface CarveOut {
  readonly member: string;
  readonly spec: BudgetSpec;
}

/** More is reserved for members than the pool holds. */
export interface Shortfall {
  readonly kind: WindowKind;
  readonly pool: NanoUsd;
  readonly reserved: NanoUsd;
  /** Who has how much of it, the largest first. */
  readonly parts: readonly { readonly member: string; readonly amount: NanoUsd }[];
}

/**
 * Kinds of windows in which the members' own budgets add up to more than the pool. A day is compared with days and a
 * month with months: a kind that the pool does not limit reserves nothing of it. What a session has lies within what its
 * role has.
 */
export function shortfalls(pool: BudgetSpec, carveOuts: readonly CarveOut[]): Shortfall[] {
  const own = carveOuts.map(({ member, spec }) => ({ member, limits: limitsOf(spec) }));
  return limitsOf(pool).flatMap(({ kind, amount: available }) => {
    const all = own.flatMap(({ member, limits }) =>
      limits.filter((limit) => limit.kind === kind).map(({ amount }) => ({ member, amount })),
    );
    const members = new Set(all.map(({ member }) => member));
    const parts = all
      .filter(({ member }) => !members.has(subjectOf(member).role ?? ''))
      .sort((a, b) => (a.amount === b.amount ? order(a.member, b.member) : a.amount < b.amount ? 1 : -1));
    const reserved = parts.reduce((sum, { amount }) => sum + amount, 0n);
    return reserved > available ? [{ kind, pool: available, reserved, parts }] : [];
  });
}

/**
 * What a change makes worse. A pool that is short already, because tags moved members into it, must not stop whoever
 * makes it less so.
 */
export function worsened(before: readonly Shortfall[], after: readonly Shortfall[]): Shortfall[] {
  const missing = ({ reserved, pool }: Shortfall) => reserved - pool;
  return after.filter((short) => {
    const was = before.find(({ kind }) => kind === short.kind);
    return was === undefined || missing(short) > missing(was);
  });
}

const named = 4;

/** Says a shortfall with its figures: `a month reserves $60.00 (user/ann $40.00, user/bob $20.00) of a pool of $50.00`. */
export function shortfallText({ kind, pool, reserved, parts }: Shortfall): string {
  const listed = parts.slice(0, named).map(({ member, amount }) => `${member} ${formatUsdShort(amount)}`);
  const more = parts.length > named ? [`${parts.length - named} more`] : [];
  return `a ${kind} reserves ${formatUsdShort(reserved)} (${[...listed, ...more].join(', ')}) of a pool of ${formatUsdShort(pool)}`;
}

/** The shortfalls of the configuration by itself, by team: operators and tags come later and are checked then. */
export function configuredShortfalls({
  teams,
  budgets,
}: Pick<Settings, 'teams' | 'budgets'>): ReadonlyMap<string, readonly Shortfall[]> {
  const carveOuts = Map.groupBy(
    Object.entries(budgets).map(([member, spec]) => ({ member, spec })),
    ({ member }) => teamOf(member, { teams }),
  );
  return new Map(
    Object.entries(teams)
      .map(([team, pool]) => [team, shortfalls(pool, carveOuts.get(team) ?? [])] as const)
      .filter(([, short]) => short.length > 0),
  );
}

const limitsOf = (spec: BudgetSpec) => toBudget(spec, 'principal').limits;
const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
