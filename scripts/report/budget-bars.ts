import { parseUsd } from '../../lambda/domain/money.ts';
import { windowName } from '../../lambda/domain/notify/words.ts';
import { windowKindOf } from '../../lambda/domain/windows.ts';
import type { BudgetResult, PrincipalResult } from '../run/result.ts';
import { type Level, levelsOf } from './levels.ts';
import type { ReportInput } from './report-input.ts';
import { count, dayAndTime, named, percent, share, usdOf } from './words.ts';

export interface BudgetBar {
  readonly name: string;
  /** What a name alone does not tell: `team`, `all sessions`. */
  readonly what: string;
  /** Access as it is now; undefined for pools. */
  readonly level: string | undefined;
  /** The hardest level of the period, where that is not the present one. */
  readonly wasLevel: Level | undefined;
  readonly window: string;
  readonly spent: string;
  readonly limit: string | undefined;
  /** Of the limit; undefined where there is none. */
  readonly share: number | undefined;
  readonly percent: string;
  readonly tone: 'good' | 'near' | 'over' | 'none';
  readonly requests: string;
  /** What is to be said beside it: when it runs out, what is held back, what untrusted sources reported. */
  readonly notes: readonly string[];
}

/** Nearly used up: from here on the default ladder warns. */
const near = 0.8;

/** One bar a budget and kind of window: of several windows of a kind, the one that is used up most. */
export function budgetBars({ result, settings }: ReportInput): BudgetBar[] {
  const history = levelsOf(result.audit);
  const held =
    (what: string) =>
    ([name, budget]: [string, PrincipalResult]) => {
      const level: string = budget.access;
      const hardest = history.hardest(name);
      const wasLevel = hardest === 'active' || hardest === level ? undefined : hardest;
      return barsOf({ name, what, level, wasLevel }, budget, settings.timeZone);
    };
  const pool =
    (what: string, level?: string) =>
    ([name, budget]: [string, BudgetResult]) =>
      barsOf({ name, what, level, wasLevel: undefined }, budget, settings.timeZone);
  const { halted } = result.account;
  return [
    ...pool('', halted ? 'halted' : undefined)(['account', result.account]),
    ...Object.entries(result.teams).flatMap(pool('team')),
    ...[
      ...Object.entries(result.principals).flatMap(held('')),
      ...Object.entries(result.roles).flatMap(held('all sessions')),
    ].sort((a, b) => (b.share ?? -1) - (a.share ?? -1) || a.name.localeCompare(b.name)),
  ];
}

function barsOf(
  head: Pick<BudgetBar, 'name' | 'what' | 'level' | 'wasLevel'>,
  { windows, forecast }: BudgetResult,
  timeZone: string,
): BudgetBar[] {
  const used = Object.entries(windows).filter(([, { requests }]) => requests > 0);
  const bars = used.map(([id, balance]) => {
    const { spentUsd, limitUsd, requests, ceilingUsd, heldBackUsd, untrustedUsd } = balance;
    const part = limitUsd === null ? undefined : share(parseUsd(spentUsd), parseUsd(limitUsd));
    const runsOut = forecast?.window === id ? forecast.runsOutAt : null;
    return {
      ...head,
      name: head.name === 'account' ? 'The whole account' : named(head.name),
      id,
      window: windowName(id),
      spent: usdOf(spentUsd),
      limit: limitUsd === null ? undefined : usdOf(limitUsd),
      share: part,
      percent: part === undefined ? 'no limit' : percent(part),
      tone: part === undefined ? ('none' as const) : part >= 1 ? 'over' : part >= near ? 'near' : 'good',
      requests: count(requests),
      notes: [
        ...(runsOut === null ? [] : [`runs out about ${dayAndTime(runsOut, timeZone)}`]),
        ...(ceilingUsd === undefined ? [] : [`${usdOf(ceilingUsd)} at a ceiling price`]),
        ...(heldBackUsd === undefined ? [] : [`${usdOf(heldBackUsd)} do not count yet`]),
        ...(untrustedUsd === undefined ? [] : [`${usdOf(untrustedUsd)} reported by untrusted sources`]),
      ],
    } satisfies BudgetBar & { id: string };
  });
  const limited = bars.filter(({ limit }) => limit !== undefined);
  const kinds = Object.values(
    Object.groupBy(limited, ({ id }) => windowKindOf(id) + (id.split('@')[1] ?? '')),
  );
  const worst = kinds.flatMap(
    (kind = []) => kind.toSorted((a, b) => (b.share ?? 0) - (a.share ?? 0))[0] ?? [],
  );
  const [last] = bars.toReversed();
  return worst.length > 0 || last === undefined ? worst : [last];
}
