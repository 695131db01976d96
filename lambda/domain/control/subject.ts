import { paysBySession } from '../principal.ts';
import type { Settings } from '../settings.ts';
import { covers, subjectOf } from '../subject.ts';

/** What a budget can be about: one payer, all sessions of a role, a team's pool, or everything in the account. */
export type Scope = 'principal' | 'role' | 'team' | 'account';

/** By the settings: `role` for a role whose sessions pay. It is held as a principal is, and counts as a pool does. */
export function scopeIn(
  subject: string,
  { sharedRoles = [] }: Partial<Pick<Settings, 'sharedRoles'>>,
): Scope {
  const { type, name = '', scope } = subjectOf(subject);
  return type === 'role' && paysBySession(name, { sharedRoles }) ? 'role' : scope;
}

/** Whether holds are placed on such a subject itself; a pool's are on its members. */
export const isHeldItself = (scope: Scope): boolean => scope === 'principal' || scope === 'role';

/**
 * Balances of pools are hot: every member's posts meet there. They are kept in slots, chosen by the payer, and summed
 * when read; two payers rarely wait for the same item.
 */
export const slotsOf = (scope: Scope): number => (scope === 'principal' ? 1 : 8);

/**
 * The team that configuration puts a principal into, the first one that names it, or else its role; else the one that
 * its IAM tag was seen to name. Any tag names a team: one without a budget has no balances and holds nobody.
 */
export function teamOf(
  principal: string,
  settings: Pick<Settings, 'teams'>,
  tagged?: string | undefined,
): string | undefined {
  const teams = Object.keys(settings.teams).sort();
  const naming = (member: string | undefined) =>
    member === undefined ? undefined : teams.find((team) => settings.teams[team]?.members.includes(member));
  return naming(principal) ?? naming(subjectOf(principal).role) ?? tagged;
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
  const touches = (listed: string) => covers(subject, listed);
  if (settings.breakGlass.some(touches)) return 'break-glass';
  return settings.exempt.some(touches) ? 'exempt' : undefined;
}
