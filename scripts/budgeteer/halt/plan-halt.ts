import type { NanoUsd } from '../../../lambda/domain/money.ts';

/** One principal of the list of principals, as a halt would find it. */
export interface HaltCandidate {
  readonly subject: string;
  /** Burn rate in nano-USD a minute. */
  readonly perMinute: NanoUsd;
  /** Why a halt would not stop it; undefined where it would. */
  readonly obstacle?: string | undefined;
  /** IAM denies it already. */
  readonly denied?: boolean | undefined;
  /** Its role, whose deny stops it too. */
  readonly coveredBy?: string | undefined;
  /** Its rate is the sum of others' in the list: all sessions of a role together. */
  readonly isSum?: boolean | undefined;
}

export interface PlannedStop {
  readonly subject: string;
  readonly perMinute: NanoUsd;
  /** Seconds after the halt began to act by which IAM has been changed for it. */
  readonly atSecond: number;
}

export interface HaltPlan {
  /** In the order in which they would be stopped. */
  readonly stops: readonly PlannedStop[];
  /** Who burns on, most expensive first. */
  readonly unstopped: readonly {
    readonly subject: string;
    readonly perMinute: NanoUsd;
    readonly why: string;
  }[];
  readonly alreadyDenied: number;
  /** Of everyone who is not denied already, in nano-USD a minute. */
  readonly burning: NanoUsd;
  /** Share of `burning`, 0 to 1, that is denied after so many seconds. */
  readonly deniedAfter: (seconds: number) => number;
  /** Seconds until a share is denied; undefined where it never is. */
  readonly secondsUntil: (share: number) => number | undefined;
  /** Seconds until everyone is stopped whom a halt stops. */
  readonly seconds: number;
}

/**
 * What a halt would do to a list of principals, top spenders first, at a pace. The k-th change in IAM is done k / pace seconds
 * after the first began.
 * @param principalsPerSecond the stage's `haltPrincipalsPerSecond`
 */
export function planHalt(principals: readonly HaltCandidate[], principalsPerSecond: number): HaltPlan {
  const stops: PlannedStop[] = [];
  for (const { subject, perMinute, obstacle, denied } of principals) {
    if (obstacle !== undefined || denied === true) continue;
    stops.push({ subject, perMinute, atSecond: (stops.length + 1) / principalsPerSecond });
  }
  const stoppedAt = new Map(stops.map(({ subject, atSecond }) => [subject, atSecond]));
  const spenders = principals.filter(({ denied, isSum }) => denied !== true && isSum !== true);
  const ends = spenders.map(({ subject, perMinute, coveredBy = '' }) => ({
    perMinute,
    at: Math.min(
      stoppedAt.get(subject) ?? Number.POSITIVE_INFINITY,
      stoppedAt.get(coveredBy) ?? Number.POSITIVE_INFINITY,
    ),
  }));
  const burning = ends.reduce((sum, { perMinute }) => sum + perMinute, 0n);
  const deniedAfter = (seconds: number): number => {
    if (burning === 0n) return 1;
    const gone = ends.reduce((sum, { perMinute, at }) => (at <= seconds ? sum + perMinute : sum), 0n);
    return Number((gone * 1_000_000n) / burning) / 1_000_000;
  };
  const unstopped = spenders
    .filter(({ obstacle, coveredBy = '' }) => obstacle !== undefined && !stoppedAt.has(coveredBy))
    .map(({ subject, perMinute, obstacle = '' }) => ({ subject, perMinute, why: obstacle }))
    .sort((a, b) => (a.perMinute < b.perMinute ? 1 : -1));
  return {
    stops,
    unstopped,
    alreadyDenied: principals.filter(({ denied }) => denied === true).length,
    burning,
    deniedAfter,
    secondsUntil: (share) => stops.map(({ atSecond }) => atSecond).find((at) => deniedAfter(at) >= share),
    seconds: stops.at(-1)?.atSecond ?? 0,
  };
}
