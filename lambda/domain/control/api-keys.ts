import type { EnforcedLevel } from '../level.ts';

/** A long-term Bedrock API key of a user, as IAM lists it. */
export interface ApiKey {
  readonly id: string;
  readonly status: 'Active' | 'Inactive' | 'Expired';
}

export interface KeyChanges {
  readonly deactivate: readonly string[];
  readonly activate: readonly string[];
  /** Keys that are inactive because of us, once this is done. */
  readonly keysOff: readonly string[];
}

/**
 * What to do about a user's keys: while the halt is wanted all active ones go off; afterwards those come back that we
 * switched off and nobody has expired or deleted since.
 * @param keysOff those that we switched off before
 */
export function keyChanges(
  level: EnforcedLevel,
  keys: readonly ApiKey[],
  keysOff: readonly string[],
): KeyChanges {
  const ids = (status: ApiKey['status']) => keys.filter((key) => key.status === status).map(({ id }) => id);
  if (level !== 'suspended') {
    const inactive = new Set(ids('Inactive'));
    return { deactivate: [], activate: keysOff.filter((id) => inactive.has(id)), keysOff: [] };
  }
  const active = ids('Active');
  const known = new Set(keys.map(({ id }) => id));
  const off = new Set([...keysOff.filter((id) => known.has(id)), ...active]);
  return { deactivate: active, activate: [], keysOff: [...off].sort() };
}
