import { toBudget } from '../../lambda/domain/control/budget.ts';
import { strictestLevel, windowStatuses } from '../../lambda/domain/control/crossings.ts';
import { formatUsd, type NanoUsd } from '../../lambda/domain/money.ts';
import type { Delays } from '../../lambda/domain/pace/delays.ts';
import { earlyStop } from '../../lambda/domain/pace/early-stop.ts';
import { overshootBound } from '../../lambda/domain/pace/overshoot-bound.ts';
import { minuteMs, type Pace, sampleDue, samplePace } from '../../lambda/domain/pace/pace.ts';
import { type VelocitySettings, velocityOf } from '../../lambda/domain/pace/velocity.ts';
import type { DrawnDelays } from './drawn-delays.ts';
import type { SimulatedCall } from './spenders.ts';

export interface Policy {
  /** Undefined stops at the limit only. */
  readonly early?: { readonly delays: Delays; readonly maxMarginPercent: number } | undefined;
  readonly velocity: VelocitySettings;
}

export interface RunOutcome {
  readonly limit: NanoUsd;
  /** Paid for in the end: every call that started before the deny bit. */
  readonly spent: NanoUsd;
  /** What the window would have cost if nobody had stopped it. */
  readonly unhindered: NanoUsd;
  readonly stopped: boolean;
  /** The velocity breaker opened at least once before the stop. */
  readonly tripped: boolean;
}

const windowStart = Date.UTC(2026, 10, 23);
const window = 'day:2026-11-23';
const windows = { day: window, week: 'week:2026-W48', month: 'month:2026-11' };

/**
 * One spender against one limit, by the functions that decide in production and a clock that is a number. Restrictions
 * at lower thresholds are left out: they would only slow the spender down.
 */
export function simulateRun(
  calls: readonly SimulatedCall[],
  limit: NanoUsd,
  policy: Policy,
  delays: DrawnDelays,
): RunOutcome {
  const budget = toBudget(
    { dayUsd: formatUsd(limit), thresholds: [{ at: '100%', do: ['suspend'] }] },
    'principal',
  );
  const seen = calls
    .map((call) => ({ ...call, seenAt: call.at + call.recordDelay + delays.decide() }))
    .sort((a, b) => a.seenAt - b.seenAt);
  let pace: Pace | undefined;
  let keptAt = 0;
  let tripped = false;
  let spent = 0n;
  let denyAt = Number.POSITIVE_INFINITY;
  for (const [index, call] of seen.entries()) {
    spent += call.cost;
    // No margin reaches below half of a limit, and a sample that is not kept leaves no trace: those can be left out.
    if (pace !== undefined && spent * 2n < limit && call.seenAt * 1_000 < keptAt + minuteMs) continue;
    const now = new Date(windowStart + call.seenAt * 1_000);
    const sample = { now, window, spentNow: spent, requestsNow: index + 1 };
    // Evaluate has met the balance at zero: a subject is provisioned and sampled with its first call.
    const before =
      pace ?? samplePace(undefined, { ...sample, now: new Date(windowStart), spentNow: 0n, requestsNow: 0 });
    const sampled = samplePace(before, sample);
    if (sampleDue(before, now)) {
      const velocity = velocityOf(sampled, policy.velocity, now);
      tripped ||= velocity.tripped;
      pace = { ...sampled, openedAt: velocity.openedAt };
      keptAt = call.seenAt * 1_000;
    } else pace = before;

    const balances = { [window]: { spent, ceiling: 0n, requests: index + 1 } };
    const atLimit = strictestLevel(windowStatuses(budget, windows, balances))?.level === 'suspended';
    if (atLimit || stopsEarly(sampled, spent, limit, policy, now)) {
      denyAt = call.seenAt + delays.attach() + delays.propagate();
      break;
    }
  }
  return {
    limit,
    spent: sum(calls.filter(({ at }) => at < denyAt)),
    unhindered: sum(calls),
    stopped: denyAt !== Number.POSITIVE_INFINITY,
    tripped,
  };
}

function stopsEarly(pace: Pace, spent: NanoUsd, limit: NanoUsd, { early }: Policy, now: Date): boolean {
  if (early === undefined) return false;
  const bound = overshootBound(pace, early.delays, now).total;
  return earlyStop({ spent, limit, bound }, early).stop;
}

const sum = (calls: readonly SimulatedCall[]): NanoUsd => calls.reduce((total, { cost }) => total + cost, 0n);
