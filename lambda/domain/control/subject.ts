import { paysBySession, roleOf } from '../principal.ts';
import type { Settings } from '../settings.ts';

/** What a budget can be about: one payer, all sessions of a role, a team's pool, or everything in the account. */
export type Scope = 'principal' | 'role' | 'team' | 'account';

export const accountSubject = 'account';

/** By the name alone: a role whose sessions pay looks like one that pays itself. `scopeIn` tells them apart. */
export function scopeOf(subject: string): Exclude<Scope, 'role'> {
  if (subject === accountSubject) return 'account';
  return subject.startsWith('team/') ? 'team' : 'principal';
}

/** By the settings: `role` for a role whose sessions pay. It is held as a principal is, and counts as a pool does. */
export function scopeIn(
  subject: string,
  { sharedRoles = [] }: Partial<Pick<Settings, 'sharedRoles'>>,
): Scope {
  const [, role] = /^(?:\d{12}:)?role\/([^/]+)$/.exec(subject) ?? [];
  return role !== undefined && paysBySession(role, { sharedRoles }) ? 'role' : scopeOf(subject);
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
  return naming(principal) ?? naming(roleOf(principal)) ?? tagged;
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
  // What holds a role holds each of its sessions.
  const covers = (name: string) => name === subject || roleOf(name) === subject;
  if (settings.breakGlass.some(covers)) return 'break-glass';
  return settings.exempt.some(covers) ? 'exempt' : undefined;
}
