import { formatUsdShort } from '../money.ts';
import { calendarWindow } from '../windows.ts';
import type { Alert } from './alert.ts';
import { countedSpend, noBalance } from './crossings.ts';
import type { Decision, Situation } from './decide.ts';

/** A decision with what is to be said about prices that are not known. */
export interface NotedDecision extends Decision {
  readonly notices: readonly Alert[];
}

/** Share of a team's or the account's limit from which ceilings are worth a message: they suspend nobody there. */
const poolPercent = 5n;
/** State, alerts and outbox are one transaction; what is left waits for the next evaluation. */
const mostAtOnce = 10;
const longestLabel = 120;

/** A model as alerts name it: its id, or of an ARN what is left without account and Region. */
export function unpricedLabel(model: string): string {
  const name = model.startsWith('arn:') ? model.split(':').slice(5).join(':') : model;
  return (name === '' ? 'unknown' : name).slice(0, longestLabel);
}

/**
 * Adds a notice for each model that a principal uses without a known price, once in its longest window, and one for a
 * team or the account whose ceilings are more than 5 % of a limit, once a window. Decides about nothing else.
 */
export function noteUnpriced(situation: Situation, decision: Decision): NotedDecision {
  const alerted = decision.patch?.alerted ?? situation.state.alerted;
  const found = situation.budget.scope === 'principal' ? ofPrincipal(situation) : ofPool(situation);
  const notices = found.filter(({ window, id }) => !alerted[window]?.includes(id)).slice(0, mostAtOnce);
  if (notices.length === 0) return { ...decision, notices };
  const windows = Object.values(situation.windows);
  // Those of limits of some models are open with their calendar's.
  const known = Object.keys(alerted).filter((window) => windows.includes(calendarWindow(window)));
  const open = [...new Set([...known, ...notices.map(({ window }) => window)])].map((window) => {
    const raised = notices.filter((notice) => notice.window === window).map(({ id }) => id);
    return [window, [...(alerted[window] ?? []), ...raised]] as const;
  });
  return {
    ...decision,
    notices,
    patch: { ...decision.patch, alerted: Object.fromEntries(open) },
    action: decision.action === 'evaluate' ? 'alert' : decision.action,
    window: decision.window ?? notices[0]?.window,
  };
}

function ofPrincipal(situation: Situation): Alert[] {
  const limit = situation.budget.limits.at(-1);
  if (limit === undefined) return [];
  const window = situation.windows[limit.kind];
  const { ceiling, unpriced = [] } = situation.balances[window] ?? noBalance;
  return unpriced.map((model) =>
    notice(situation, limit.kind, `unpriced#${model}`, [
      `The price of ${model} is not known: it is charged at a ceiling,`,
      `and ${formatUsdShort(ceiling)} of what was spent in ${window} are ceilings.`,
    ]),
  );
}

function ofPool(situation: Situation): Alert[] {
  return situation.budget.limits.flatMap(({ kind, amount }) => {
    const window = situation.windows[kind];
    const { ceiling } = situation.balances[window] ?? noBalance;
    if (ceiling * 100n <= amount * poolPercent) return [];
    return notice(situation, kind, 'unpriced', [
      `Calls of unknown price may have cost up to ${formatUsdShort(ceiling)} more in ${window}.`,
      'They count against whoever made them, and not against this budget: nobody else is stopped for them.',
    ]);
  });
}

function notice(
  { subject, budget, windows, balances, now, holdable }: Situation,
  kind: keyof Situation['windows'],
  id: string,
  detail: readonly string[],
): Alert {
  const window = windows[kind];
  return {
    ...{ subject, window, id, kind: 'notice', notice: 'unpriced', severity: 'warning' },
    ...{ publish: true, together: [id], enforcing: holdable, detail: detail.join(' ') },
    spent: countedSpend(balances[window] ?? noBalance, budget.scope),
    limit: budget.limits.find((limit) => limit.kind === kind)?.amount ?? 0n,
    at: now.toISOString(),
  };
}
