import { earliest } from '../earliest.ts';
import { formatUsdShort, type NanoUsd } from '../money.ts';
import { calendarWindow } from '../windows.ts';
import { type AlertingDecision, addNotices } from './add-notices.ts';
import type { Alert } from './alert.ts';
import { noBalance } from './crossings.ts';
import { graceEnds, graceLimits, graceSlot } from './grace.ts';
import { notice } from './notice.ts';
import { graceOf, type Situation, spentIn } from './situation.ts';

/** Share of a team's or the account's limit from which ceilings are worth a message: they suspend nobody there. */
const poolPercent = 5n;
/** State, alerts and outbox are one transaction; what is left waits for the next evaluation. */
const mostAtOnce = 10;
/** What did not fit is told soon: until then its grace has not begun. */
const nextNoticesMs = 60_000;

/**
 * Adds a notice for each model that a principal uses without a known price, once in its longest window, and one for a
 * team or the account whose ceilings are more than 5 % of a limit, once a window. Decides about nothing else.
 */
export function alertUnpriced(situation: Situation, decision: AlertingDecision): AlertingDecision {
  const alerted = decision.patch?.alerted ?? situation.state.alerted;
  const found = situation.budget.scope === 'principal' ? ofPrincipal(situation) : ofPool(situation);
  const untold = found.filter(({ window, id }) => !alerted[window]?.includes(id));
  const notices = untold.slice(0, mostAtOnce);
  const waiting = untold.slice(mostAtOnce);
  const grace = graceFrom(
    situation,
    found.filter((alert) => !waiting.includes(alert)),
  );
  if (notices.length === 0 && grace === undefined) return decision;
  const windows = Object.values(situation.windows);
  // Those of limits of some models are open with their calendar's.
  const known = Object.keys(alerted).filter((window) => windows.includes(calendarWindow(window)));
  const open = [...new Set([...known, ...notices.map(({ window }) => window)])].map((window) => {
    const raised = notices.filter((each) => each.window === window).map(({ id }) => id);
    return [window, [...(alerted[window] ?? []), ...raised]] as const;
  });
  return addNotices(decision, {
    notices,
    patch: {
      ...(notices.length > 0 && { alerted: Object.fromEntries(open) }),
      ...grace?.patch,
    },
    action: notices.length > 0 ? 'alert' : undefined,
    window: notices[0]?.window,
    dueAt: earliest(
      grace?.endsAt,
      ...(waiting.length > 0 ? [new Date(situation.now.getTime() + nextNoticesMs)] : []),
    ),
  });
}

/**
 * The grace begins with the message that tells of the model, in the transaction that keeps it. A slot keeps the first
 * instant: what began to count goes on counting. Undefined where nothing begins.
 */
function graceFrom(
  situation: Situation,
  told: readonly Alert[],
):
  | { readonly patch: Pick<Situation['state'], 'unpricedTold'>; readonly endsAt: Date | undefined }
  | undefined {
  const before = situation.state.unpricedTold ?? {};
  const slots = told.filter(({ id }) => id.startsWith(modelNotice)).map(({ id }) => slotOf(id));
  const begun = slots.filter((slot) => before[slot] === undefined);
  if (begun.length === 0) return undefined;
  const at = situation.now.toISOString();
  const unpricedTold = { ...before, ...Object.fromEntries(begun.map((slot) => [slot, at])) };
  const state = { ...situation.state, unpricedTold };
  const held = Object.values(situation.balances).map((balance) => balance.held ?? {});
  return { patch: { unpricedTold }, endsAt: graceEnds(held, graceOf({ ...situation, state })) };
}

const modelNotice = 'unpriced#';
const slotOf = (id: string): string => graceSlot(id.slice(modelNotice.length));

function ofPrincipal(situation: Situation): Alert[] {
  const limit = situation.budget.limits.at(-1);
  if (limit === undefined) return [];
  const window = situation.windows[limit.kind];
  const { spent, ceiling, unpriced = [] } = situation.balances[window] ?? noBalance;
  const waits = spent + ceiling - spentIn(situation, window);
  return unpriced.map((model) =>
    unpricedNotice(situation, limit.kind, `${modelNotice}${model}`, [
      `The price of ${model}, or what was used of it, is not known: it is charged at a ceiling,`,
      `and ${formatUsdShort(ceiling)} of what was called in ${window} are ceilings.`,
      ...(waits > 0n ? [graceText(situation, waits)] : []),
    ]),
  );
}

function graceText({ unpricedGraceHours = 0 }: Situation, waits: NanoUsd): string {
  return [
    `${formatUsdShort(waits)} of them do not count yet, since nothing bounds what such a call may cost:`,
    `they do ${unpricedGraceHours} hours after this message, unless the model has a price by then,`,
    `and at once where a limit would be passed ${graceLimits} times over.`,
  ].join(' ');
}

function ofPool(situation: Situation): Alert[] {
  return situation.budget.limits.flatMap(({ kind, amount }) => {
    const window = situation.windows[kind];
    const { ceiling } = situation.balances[window] ?? noBalance;
    if (ceiling * 100n <= amount * poolPercent) return [];
    return unpricedNotice(situation, kind, 'unpriced', [
      `Calls of unknown price may have cost up to ${formatUsdShort(ceiling)} more in ${window}.`,
      'They count against whoever made them, and not against this budget: nobody else is stopped for them.',
    ]);
  });
}

function unpricedNotice(
  situation: Situation,
  kind: keyof Situation['windows'],
  id: string,
  detail: readonly string[],
): Alert {
  const { subject, budget, windows, now, holdable } = situation;
  const window = windows[kind];
  return notice('unpriced', {
    ...{ subject, window, id, severity: 'warning', together: [id], enforcing: holdable, now },
    detail: detail.join(' '),
    spent: spentIn(situation, window),
    limit: budget.limits.find((limit) => limit.kind === kind)?.amount ?? 0n,
  });
}
