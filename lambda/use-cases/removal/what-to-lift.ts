import type { PolicyText } from '../../domain/deny-policies/policy-text.ts';
import { positionOf, type SwitchPosition } from '../../domain/deny-policies/switch-policy.ts';
import type { ApiKeyInventory, Fence, Liftable, SwitchPolicyVersions } from '../ports/iam.ts';
import type { Subjects } from '../ports/subjects.ts';

/** What a removal takes back beside attached policies. */
export interface Liftables {
  /** What kind of things, for the message when they cannot be found. */
  readonly what: string;
  find(): Promise<readonly Liftable[]>;
}

/** Our inline policies on shared roles. A role that is gone has none. */
export const fencesOn = (roles: readonly string[], fence: Fence): Liftables => ({
  what: 'the fences of shared roles',
  async find() {
    const fenced: Liftable[] = [];
    for (const role of roles) {
      if ((await fence.read(role)) === undefined) continue;
      fenced.push({ name: `the fence of role/${role}`, lift: () => fence.write(role, undefined) });
    }
    return fenced;
  },
});

/** API keys that we switched off, and that nobody has switched on, expired or deleted since. */
export const keysSwitchedOff = (
  inventory: ApiKeyInventory,
  subjects: Pick<Subjects, 'state'>,
): Liftables => ({
  what: 'API keys that were switched off',
  async find() {
    const ours: Liftable[] = [];
    for (const { userName, id } of await inventory.inactive()) {
      const { keysOff = [] } = (await subjects.state(`user/${userName}`)) ?? {};
      if (!keysOff.includes(id)) continue;
      ours.push({
        name: `the API key ${id} of user/${userName}`,
        lift: () => inventory.set(userName, id, 'Active'),
      });
    }
    return ours;
  },
});

/**
 * The version of the halt switch that denies: it goes to dormant, and IAM deletes no policy that has other versions than the
 * one in force.
 */
export const switchAuthored = (
  switchPolicy: SwitchPolicyVersions,
  texts: Readonly<Record<SwitchPosition, PolicyText>>,
): Liftables => ({
  what: 'the versions of the halt switch',
  async find() {
    const versions = await switchPolicy.versions();
    const dormant = versions.find(({ document }) => positionOf(document, texts) === 'dormant');
    const others = versions.filter(({ id }) => id !== dormant?.id);
    if (dormant === undefined || others.length === 0) return [];
    return [
      {
        name: 'the halt switch',
        lift: async () => {
          if (!dormant.isDefault) await switchPolicy.choose(dormant.id);
          for (const { id } of others) await switchPolicy.remove(id);
        },
      },
    ];
  },
});
