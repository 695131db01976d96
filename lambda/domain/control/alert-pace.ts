import type { Forecast } from '../forecast/forecast-window.ts';
import { formatUsdShort, type NanoUsd } from '../money.ts';
import { explainVelocity } from '../pace/velocity.ts';
import { type AlertingDecision, addNotices } from './add-notices.ts';
import type { Alert, Notice } from './alert.ts';
import { notice } from './notice.ts';
import { type Situation, spentIn } from './situation.ts';

/**
 * Adds what is to be said of pace: a stop below the limit, and a breaker that has just opened. Decides about nothing.
 */
export function alertPace(situation: Situation, decision: AlertingDecision): AlertingDecision {
  const early = decision.stoppedEarly.map(({ windowStatus, amount, reason }) =>
    paceNotice(situation, 'early-stop', `early-stop#${situation.state.counter}`, {
      ...{ window: windowStatus.window, spent: windowStatus.spent, limit: amount, detail: reason },
      severity: 'critical',
    }),
  );
  const notices = [...early, ...openedBreaker(situation)];
  const [first] = notices;
  if (first === undefined) return decision;
  return addNotices(decision, {
    notices,
    action: first.notice,
    reason: first.detail,
    window: first.window,
  });
}

function openedBreaker(situation: Situation): Alert[] {
  const { pace, budget, windows } = situation;
  const limit = budget.limits.at(-1);
  if (pace === undefined || limit === undefined || !pace.velocity.tripped) return [];
  const window = windows[limit.kind];
  return [
    paceNotice(situation, 'velocity', `velocity#${pace.velocity.openedAt}`, {
      window,
      spent: spentIn(situation, window),
      limit: limit.amount,
      detail: 'perMinute' in pace.velocity ? explainVelocity(pace.velocity) : undefined,
      severity: 'warning',
      // Where the stage slows it down, it is for the person, too.
      ...(pace.restricts && { consequence: 'restrict' as const }),
    }),
  ];
}

/** Told once a window, because its id is always the same; changes nothing, so it is no entry of the audit trail. */
export function forecastAlert(
  situation: Situation,
  window: string,
  { spent, projected, low, high, runsOut }: Forecast,
  limit: NanoUsd,
): Alert {
  const detail = [
    `If it goes on like this, ${formatUsdShort(projected)} will be spent by the end of ${window}`,
    `(four of five times between ${formatUsdShort(low)} and ${formatUsdShort(high)}); the limit is ${formatUsdShort(limit)}.`,
  ];
  return {
    ...paceNotice(situation, 'forecast', 'forecast', {
      ...{ window, limit, spent, severity: 'warning' },
      detail: detail.join(' '),
    }),
    runOut: runsOut.at?.toISOString(),
  };
}

function paceNotice(
  { subject, now, holdable, exempt }: Situation,
  name: Notice,
  id: string,
  said: Pick<Alert, 'window' | 'severity' | 'detail' | 'consequence'> & {
    readonly spent: NanoUsd;
    readonly limit: NanoUsd;
  },
): Alert {
  return notice(name, { subject, id, together: [id], enforcing: holdable && !exempt, now, ...said });
}
