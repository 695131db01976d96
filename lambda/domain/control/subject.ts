import type { Settings } from '../../contracts/settings.ts';

/** What a budget can be about: one payer, a team's pool, or everything in the account. */
export type Scope = 'principal' | 'team' | 'account';

export const accountSubject = 'account';

export function scopeOf(subject: string): Scope {
  if (subject === accountSubject) return 'account';
  return subject.startsWith('team/') ? 'team' : 'principal';
}

/**
 * Balances of teams and of the account are hot: every member's posts meet there. They are kept in slots, chosen by the
 * payer, and summed when read; two payers rarely wait for the same item.
 */
export const slotsOf = (scope: Scope): number => (scope === 'principal' ? 1 : 8);

/**
 * The team that configuration puts a principal into, the first one that names it; else the one that its IAM tag was
 * seen to name. Any tag names a team: one without a budget has no balances and holds nobody.
 */
export function teamOf(
  principal: string,
  settings: Pick<Settings, 'teams'>,
  tagged?: string | undefined,
): string | undefined {
  const configured = Object.keys(settings.teams)
    .sort()
    .find((team) => settings.teams[team]?.members.includes(principal));
  return configured ?? tagged;
}

/** Whether decisions about a subject are enforced: its team's own mode, or else the stage's. */
export function modeOf(
  subject: string,
  team: string | undefined,
  settings: Pick<Settings, 'mode' | 'teams'>,
): Settings['mode'] {
  return settings.teams[team ?? subject]?.mode ?? settings.mode;
}

/** Whether automatic causes leave a subject alone, and why. */
export function protectionOf(
  subject: string,
  settings: Pick<Settings, 'exempt' | 'breakGlass'>,
): 'break-glass' | 'exempt' | undefined {
  if (settings.breakGlass.includes(subject)) return 'break-glass';
  return settings.exempt.includes(subject) ? 'exempt' : undefined;
}
