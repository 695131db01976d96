import { teamOf } from '../../domain/control/subject.ts';
import type { Identity } from '../../domain/principal.ts';
import type { Settings } from '../../domain/settings.ts';
import { knownTags, taggedFacts } from '../../domain/team-tag.ts';
import type { IamTarget } from '../ports/iam.ts';
import type { IamDirectory, KnownPrincipal, PrincipalRegistry } from '../ports/subjects.ts';
import type { Clock } from '../ports/time.ts';

export interface KnowDeps {
  readonly settings: Pick<Settings, 'teamTag'> &
    Partial<Pick<Settings, 'defaults' | 'userChannels' | 'teams'>>;
  readonly clock: Clock;
  /** @default IAM is not asked: teams come from the settings alone */
  readonly people?: { readonly registry: PrincipalRegistry; readonly iam: IamDirectory } | undefined;
}

/** A payer, and the account whose log names it. */
export interface Payer {
  readonly identity: Identity;
  readonly account: string;
}

/** A changed tag shows within a day of use. */
const freshMs = 24 * 3_600_000;

/**
 * The teams that IAM's tags name, by principal id. Each principal is looked up at its first sight and then at most once
 * a day while it is in use, never per record. What IAM does not tell now stays as it was known, or unknown.
 */
export async function taggedTeams(
  payers: readonly Payer[],
  { settings, clock, people }: KnowDeps,
): Promise<ReadonlyMap<string, string>> {
  const targets = new Map(payers.flatMap((payer) => withTarget(payer)));
  if (people === undefined || targets.size === 0) return new Map();
  const now = clock();
  const known = new Map(await people.registry.find([...targets.keys()]));
  const stale = [...targets].filter(([principal]) => isStale(known.get(principal), now));
  if (stale.length > 0) {
    // All sessions of a role have its tags: one look-up for all of them.
    const distinct = new Map(stale.map(([, target]) => [`${target.type}/${target.name}`, target]));
    const records = await people.iam.find([...distinct.values()]);
    for (const [principal, { type, name }] of stale) {
      const record = records.get(`${type}/${name}`);
      if (record === undefined) continue;
      const facts = taggedFacts({ name, ...record }, knownTags(settings));
      const seen = {
        ...{ ...facts, memberOf: configuredTeam(principal, facts.team, settings) },
        ...{ uniqueId: record.uniqueId, seenAt: now },
      };
      await people.registry.remember(principal, seen, known.get(principal));
      known.set(principal, seen);
    }
  }
  return new Map(
    [...known].flatMap(([principal, { team }]) => (team === undefined ? [] : [[principal, team]])),
  );
}

/**
 * The team by configuration, where that is another than the tag's. Of a session it may be its role that is named: then
 * nothing but this tells whom the pool's hold concerns.
 */
export function configuredTeam(
  principal: string,
  tagged: string | undefined,
  { teams = {} }: Partial<Pick<Settings, 'teams'>>,
): string | undefined {
  const team = teamOf(principal, { teams }, tagged);
  return team === tagged ? undefined : team;
}

const isStale = (known: KnownPrincipal | undefined, now: Date): boolean =>
  known === undefined || known.seenAt.getTime() + freshMs <= now.getTime();

/** Only users and roles of the log's own account have tags that can be read. */
function withTarget({ identity, account }: Payer): [string, IamTarget][] {
  if (identity.account !== account) return [];
  if (identity.kind === 'user') {
    return [[identity.id, { type: 'user', name: identity.id.slice('user/'.length) }]];
  }
  return identity.roleName === undefined ? [] : [[identity.id, { type: 'role', name: identity.roleName }]];
}
