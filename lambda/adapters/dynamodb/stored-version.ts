import type { SubjectState } from '../../domain/control/state.ts';

/** Schema of stored items, in their attribute `v`: 2 is 0.2.0's. Items of 0.1.0, which was never deployed, have none. */
export const storedVersion = 2;

/** Part of an update that creates or changes an item. It keeps the version of an item that another release wrote. */
export const setVersion = 'v = if_not_exists(v, :v)';

/** What is stored, as the refusal names it. */
type Stored =
  | 'state'
  | 'budget'
  | 'balance'
  | 'ledger item'
  | 'alert'
  | 'audit entry'
  | 'record of proofs'
  | 'record of price checks'
  | 'pace'
  | 'due time'
  | 'outbox item'
  | 'catch-up';

/**
 * The item as it is.
 * @throws Error where another version wrote it: what is misread could free or stop the wrong person, or count twice.
 */
export function versioned<I extends Readonly<Record<string, unknown>> | undefined>(kind: Stored, item: I): I {
  if (item === undefined || Number(item['v']) === storedVersion) return item;
  const { pk, v } = item;
  const written = v === undefined ? 'has no schema version' : `has schema version ${String(v)}`;
  throw new Error(
    `The stored ${kind} of ${String(pk)} ${written}, and this release reads version ${storedVersion} only.`,
  );
}

/** The state in a `STATE` item; undefined where there is no item. @throws Error where another version wrote it */
export const stateOf = (item: Readonly<Record<string, unknown>> | undefined): SubjectState | undefined =>
  versioned('state', item)?.['state'] as SubjectState | undefined;
