import { isIdentityCenterRole } from './principal.ts';
import type { Settings } from './settings.ts';

/** Where AWS keeps the roles that it alone may make: nobody else can give a role this path. */
const reservedPath = '/aws-reserved/';

/** A user or role as IAM describes it. */
export interface TaggedPrincipal {
  readonly name: string;
  readonly path: string;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * The team that a tag names: `Team=ml` is team/ml. Anybody may call a role as Identity Center does, because an
 * `identity.arn` has no path: such a name's tags count only where the path proves whose role it is.
 */
export function taggedTeam(principal: TaggedPrincipal, key: string): string | undefined {
  const team = tagValue(principal, key).replace(/^team\//, '');
  return team === '' ? undefined : `team/${team}`;
}

/** The tier that a tag names: `BudgetTier=small` is small. The same names are believed as for teams. */
export function taggedTier(principal: TaggedPrincipal, key: string): string | undefined {
  const tier = tagValue(principal, key);
  return tier === '' ? undefined : tier;
}

/** The address or channel that a tag names for a principal's own warnings. The same names are believed as for teams. */
export function taggedContact(principal: TaggedPrincipal, key: string): string | undefined {
  const contact = tagValue(principal, key);
  return contact === '' ? undefined : contact;
}

/** IAM tags that say something of a principal here. */
export interface KnownTags {
  readonly teamTag: string;
  readonly tierTag: string | undefined;
  readonly contactTag: string | undefined;
}

/** The tags that a stage's settings name. */
export const knownTags = ({
  teamTag,
  defaults,
  userChannels,
}: Pick<Settings, 'teamTag'> & Partial<Pick<Settings, 'defaults' | 'userChannels'>>): KnownTags => ({
  ...{ teamTag, tierTag: defaults?.tierTag, contactTag: userChannels?.contactTag },
});

/** What tags tell of a principal. */
export interface TaggedFacts {
  readonly team: string | undefined;
  readonly tier: string | undefined;
  readonly contact: string | undefined;
}

export const taggedFacts = (
  principal: TaggedPrincipal,
  { teamTag, tierTag, contactTag }: KnownTags,
): TaggedFacts => ({
  team: taggedTeam(principal, teamTag),
  tier: tierTag === undefined ? undefined : taggedTier(principal, tierTag),
  contact: contactTag === undefined ? undefined : taggedContact(principal, contactTag),
});

/** Empty where there is no such tag, or where it is not to be believed. */
function tagValue({ name: principal, path, tags }: TaggedPrincipal, key: string): string {
  if (isIdentityCenterRole(principal) && !path.startsWith(reservedPath)) return '';
  // To IAM `Team` and `team` are one key, of which a principal has one.
  const [, value = ''] =
    Object.entries(tags).find(([name]) => name.toLowerCase() === key.toLowerCase()) ?? [];
  return value.trim();
}
