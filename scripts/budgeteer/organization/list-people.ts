import { writeFileSync } from 'node:fs';
import type { PolicyText } from '../../../lambda/domain/deny-policies/policy-text.ts';
import { formatUsdShort } from '../../../lambda/domain/money.ts';
import {
  organizationPolicySize,
  serviceControlPolicyLimit,
  stagePolicy,
} from '../../../lib/security/organization-policy.ts';
import type { CommandAnswer } from '../../command-line/answer.ts';
import { InputError } from '../../command-line/input-error.ts';
import { textTable } from '../../command-line/text-table.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { type KnownSubject, readBudgetItems } from '../deployment/read-budget-items.ts';
import { type DeniedPerson, peopleToDeny } from './people-to-deny.ts';
import { readUsers } from './read-users.ts';

export interface PeopleOptions {
  /** What `aws identitystore list-users` printed. */
  readonly users?: string | undefined;
  /** Where the whole policy goes. */
  readonly out?: string | undefined;
  /** Whoever is in the stage's list stays in it. */
  readonly keep: boolean;
}

export interface DeniedPeople {
  readonly people: readonly {
    readonly userName: string;
    readonly userId: string | null;
    readonly subjects: readonly string[];
    readonly since: string;
    readonly reason: string;
  }[];
  /** The list for `organization.suspendedUsers`. */
  readonly suspendedUsers: readonly string[];
  /** Against the stage's list, as the commit at hand has it. */
  readonly add: readonly string[];
  readonly remove: readonly string[];
  /** User names without an id, and those for whom the policy has no room. */
  readonly withoutId: readonly string[];
  readonly withoutRoom: readonly string[];
  readonly characters: number;
}

type PeopleStage = Pick<Deployment, 'stage' | 'settings' | 'organization'>;

/**
 * `organization people`: whom the service control policy should deny, told from the table, with the list for the stage and
 * the policy's text. Changes nothing. Exit status 1 where the stage's list is not what it should be.
 * @throws InputError where the stage has no `organization`
 */
export async function listPeople(
  options: PeopleOptions,
  deployment: Deployment,
): Promise<CommandAnswer<DeniedPeople>> {
  return answerPeople((await readBudgetItems(deployment)).values(), options, deployment);
}

/** The same of subjects that were read. @throws InputError where the stage has no `organization` */
export function answerPeople(
  known: Iterable<KnownSubject>,
  { users, out, keep }: PeopleOptions,
  { stage, settings, organization: { organization, region } }: PeopleStage,
): CommandAnswer<DeniedPeople> {
  if (organization === undefined) {
    throw new InputError(
      `The stage "${stage}" has no \`organization\`: say in lib/stages.ts whom its service control policy is for.`,
    );
  }
  const ids = users === undefined ? new Map<string, string>() : readUsers(users);
  const people = peopleToDeny(known, settings);
  const idOf = ({ userName }: DeniedPerson) => ids.get(userName.toLowerCase());
  const kept = keep ? organization.suspendedUsers : [];
  const render = (listed: readonly string[]) => stagePolicy({ region, organization }, listed);
  const suspendedUsers = [...kept];
  const withoutRoom: string[] = [];
  for (const person of people) {
    const id = idOf(person);
    if (id === undefined || suspendedUsers.includes(id)) continue;
    if (organizationPolicySize(render([...suspendedUsers, id])) <= serviceControlPolicyLimit)
      suspendedUsers.push(id);
    else withoutRoom.push(person.userName);
  }
  const policy = render(suspendedUsers);
  const json: DeniedPeople = {
    people: people.map((person) => ({
      userName: person.userName,
      userId: idOf(person) ?? null,
      subjects: person.subjects,
      since: person.hold.since,
      reason: person.hold.reason,
    })),
    suspendedUsers,
    add: suspendedUsers.filter((id) => !organization.suspendedUsers.includes(id)),
    remove: organization.suspendedUsers.filter((id) => !suspendedUsers.includes(id)),
    withoutId: people.filter((person) => idOf(person) === undefined).map(({ userName }) => userName),
    withoutRoom,
    characters: organizationPolicySize(policy),
  };
  if (out !== undefined) writePolicy(out, policy);
  const differs = [json.add, json.remove, json.withoutId, withoutRoom].some(({ length }) => length > 0);
  return { text: textOf(people, json, out), json, exitCode: differs ? 1 : 0 };
}

/** Without white space, which counts. @throws InputError */
function writePolicy(file: string, policy: PolicyText): void {
  try {
    writeFileSync(file, JSON.stringify(policy));
  } catch {
    throw new InputError(`${file} cannot be written.`);
  }
}

function textOf(people: readonly DeniedPerson[], json: DeniedPeople, out: string | undefined): string {
  const { add, remove, withoutId, withoutRoom, suspendedUsers, characters } = json;
  const table = textTable(
    ['person', 'id', 'suspended since', 'spent', 'why'],
    people.map(({ userName, hold, spent }, index) => [
      userName,
      json.people[index]?.userId ?? 'not known',
      hold.since.slice(0, 16),
      formatUsdShort(spent),
      hold.reason,
    ]),
  );
  const lines = [
    people.length === 0 ? 'Nobody of Identity Center is suspended.' : `${table.trimEnd()}`,
    ...(withoutId.length === 0
      ? []
      : [
          `Without an id: ${withoutId.join(', ')}. Give --users with what "aws identitystore list-users --identity-store-id d-… --output json" prints.`,
        ]),
    ...(withoutRoom.length === 0
      ? []
      : [
          `No room in the policy for ${withoutRoom.join(', ')}: take their permission sets away in Identity Center.`,
        ]),
    ...(add.length + remove.length === 0
      ? ["The stage's list is as it should be."]
      : [
          ...(add.length > 0 ? [`To add: ${add.join(', ')}.`] : []),
          ...(remove.length > 0 ? [`To take out: ${remove.join(', ')}.`] : []),
          'In lib/stages.ts:',
          `  suspendedUsers: ${JSON.stringify(suspendedUsers)},`,
        ]),
    `The policy has ${characters} of ${serviceControlPolicyLimit} characters.`,
    ...(out === undefined
      ? []
      : [
          `It is in ${out}. To have it at once, with credentials of the management account:`,
          `  aws organizations update-policy --policy-id p-… --content file://${out}`,
        ]),
  ];
  return `${lines.join('\n')}\n`;
}
