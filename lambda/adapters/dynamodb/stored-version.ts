import type { SubjectState } from '../../domain/control/state.ts';

/** Schema of stored items, in their attribute `v`: 2 is 0.2.0's. Items of 0.1.0, which was never deployed, have none. */
export const storedVersion = 2;

/**
 * The state in a `STATE` item; undefined where there is no item.
 * @throws Error where another version wrote the item: a hold that is misread could free or stop the wrong person.
 */
export function stateOf(item: Readonly<Record<string, unknown>> | undefined): SubjectState | undefined {
  if (item === undefined) return undefined;
  const { pk, v } = item;
  if (v === storedVersion) return item['state'] as SubjectState;
  const written = v === undefined ? 'has no schema version' : `has schema version ${String(v)}`;
  throw new Error(
    `The stored state of ${String(pk)} ${written}, and this release reads version ${storedVersion} only.`,
  );
}
