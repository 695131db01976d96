import type { Invocation } from '../../domain/metering/invocation.ts';
import { type Labels, otherLabel } from '../../domain/metering/labels.ts';
import type { Settings } from '../../domain/settings.ts';
import type { LabelValues } from '../ports/ledger.ts';
import type { Clock } from '../ports/time.ts';

export interface LabelDeps {
  readonly settings: Pick<Settings, 'labelValues'>;
  readonly clock: Clock;
  /** @default every value is kept */
  readonly labelValues?: LabelValues | undefined;
}

/**
 * The labels of each call with so many distinct values of a key in a month (UTC), the first that come: callers write
 * them, and a key whose values are one a request would make a table of labels as long as the ledger. What is more is
 * counted together.
 */
export async function capLabels(
  invocations: readonly Invocation[],
  { settings, clock, labelValues }: LabelDeps,
): Promise<readonly (Labels | undefined)[]> {
  const all = invocations.map(({ labels }) => labels);
  if (labelValues === undefined) return all;
  const seen = new Map<string, Set<string>>();
  for (const [key, value] of all.flatMap((labels) => Object.entries(labels ?? {}))) {
    seen.set(key, (seen.get(key) ?? new Set()).add(value));
  }
  const month = clock().toISOString().slice(0, 'yyyy-mm'.length);
  const kept = new Map<string, ReadonlySet<string>>();
  for (const [key, values] of seen) {
    kept.set(key, await labelValues.admit({ month, key, most: settings.labelValues }, [...values]));
  }
  return all.map(
    (labels) =>
      labels &&
      Object.fromEntries(
        Object.entries(labels).map(([key, value]) => [key, kept.get(key)?.has(value) ? value : otherLabel]),
      ),
  );
}
