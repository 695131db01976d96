import { earliest } from '../earliest.ts';
import type { NanoUsd } from '../money.ts';
import type { CountedDecision } from './catch-up.ts';
import { type Balance, noBalance } from './crossings.ts';
import { rungAmount } from './rung.ts';
import { type Situation, windowStatusesOf } from './situation.ts';
import { isHeldItself } from './subject.ts';

/** Of a pool about which nothing was decided: until when, and below which amounts, nothing will be. */
export interface Quiet {
  readonly until: Date;
  /** By window, in nano-USD: `spent` is below `below`, and what is priced at a ceiling stays the same. */
  readonly windows: ReadonlyMap<string, { spent: NanoUsd; below: NanoUsd | undefined; ceiling: NanoUsd }>;
}

/**
 * When the next thing happens to a pool, so that nobody need decide before. Undefined where something was decided, where
 * it hangs on proofs or on a pause, and for whoever is held itself, whose pace is sampled.
 * @param dueAt when it wants to be evaluated next
 * @param dueBefore when it was to be evaluated before this: an earlier time stands
 */
export function quietOf(
  situation: Situation,
  decision: CountedDecision,
  dueAt: Date | undefined,
  dueBefore: Date | undefined,
): Quiet | undefined {
  const { budget, windowEnds, paused, claims, balances, now } = situation;
  const decided = decision.patch !== undefined || decision.actions.length + decision.notices.length > 0;
  if (decided || paused || claims !== undefined || isHeldItself(budget.scope)) return undefined;
  const stands = dueBefore !== undefined && dueBefore > now ? dueBefore : undefined;
  const until = dueAt && earliest(dueAt, stands, ...Object.values(windowEnds));
  if (until === undefined) return undefined;
  const windows = windowStatusesOf(situation).map(({ window, pattern, spent, limit, raised }) => {
    const { rungs } = budget.modelLimits.find((limited) => limited.pattern === pattern) ?? budget;
    const ahead = rungs
      .map(({ threshold }) => rungAmount(threshold, limit, raised))
      .filter((amount) => amount > spent);
    const below = ahead.reduce<NanoUsd | undefined>(
      (least, amount) => (least === undefined || amount < least ? amount : least),
      undefined,
    );
    return [window, { spent, below, ceiling: (balances[window] ?? noBalance).ceiling }] as const;
  });
  return { until, windows: new Map(windows) };
}

/** Whether it is still so. The caller knows that the subject's state, its budget and the account's are the same. */
export function isQuiet(
  { until, windows }: Quiet,
  now: Date,
  balances: Readonly<Record<string, Balance>>,
): boolean {
  return (
    now < until &&
    [...windows].every(([window, before]) => {
      const { spent, ceiling } = balances[window] ?? noBalance;
      const reached = before.below !== undefined && spent >= before.below;
      return spent >= before.spent && !reached && ceiling === before.ceiling;
    })
  );
}
