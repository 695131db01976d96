import { type Delays, measuredDelays } from './delays.ts';
import { type OvershootBound, overshootBound } from './overshoot-bound.ts';
import { type Pace, type PaceSample, sampleDue, samplePace } from './pace.ts';
import { type Breaker, openBreaker, type Velocity, type VelocitySettings, velocityOf } from './velocity.ts';

export interface PaceSettings {
  readonly earlyStop: {
    readonly enabled: boolean;
    readonly maxMarginPercent: number;
    readonly delays: Omit<Delays, 'graceSeconds'>;
  };
  readonly velocity: VelocitySettings & { readonly do: readonly ('notify' | 'restrict')[] };
  readonly graceSeconds: number;
}

/** How fast a subject spends at one check, and what follows from it. */
export interface PaceCheck {
  /** As kept before this check. */
  readonly before: Pace | undefined;
  /** As of this check; to be kept where `due`. */
  readonly pace: Pace;
  readonly due: boolean;
  /** What may still be spent before a deny takes effect, if one were decided on now. */
  readonly bound: OvershootBound;
  /** Absent where limits are not stopped at early. */
  readonly earlyStop?: { readonly bound: OvershootBound; readonly maxMarginPercent: number } | undefined;
  /** With figures only where this check is kept: what lies between holds more than its minute. */
  readonly velocity: Breaker | Velocity;
  /** Whether an open breaker restricts, or only tells. */
  readonly restricts: boolean;
}

/** Samples in memory at every check, because a bound must be fresh; the breaker is asked once a minute. */
export function readPace(
  before: Pace | undefined,
  sample: PaceSample,
  { earlyStop, velocity: breaker, graceSeconds }: PaceSettings,
): PaceCheck {
  const { now } = sample;
  const due = sampleDue(before, now);
  const sampled = samplePace(before, sample);
  const velocity = due
    ? velocityOf(sampled, breaker, now)
    : openBreaker(sampled.openedAt, breaker.coolDownMinutes, now);
  const bound = overshootBound(sampled, { ...measuredDelays, ...earlyStop.delays, graceSeconds }, now);
  return {
    before,
    pace: due ? { ...sampled, openedAt: velocity.openedAt } : sampled,
    due,
    bound,
    ...(earlyStop.enabled && {
      earlyStop: { bound, maxMarginPercent: earlyStop.maxMarginPercent },
    }),
    velocity,
    restricts: breaker.do.includes('restrict'),
  };
}
