import {
  GetRoleCommand,
  GetUserCommand,
  IAMClient,
  paginateListRoles,
  paginateListUsers,
} from '@aws-sdk/client-iam';
import { subjectOf } from '../../../lambda/domain/subject.ts';
import { didYouMean } from '../../../lib/shared/did-you-mean.ts';
import { InputError } from '../../command-line/input-error.ts';
import type { Deployment } from './deployment.ts';
import { readBudgetItems } from './read-budget-items.ts';

/** So many names of a kind are listed to find the one that was meant. */
const mostListed = 5_000;

/**
 * Refuses a name that neither the deployment nor IAM knows, with the one that was probably meant. Without the permission to
 * ask IAM (`iam:GetUser`, `iam:GetRole`), only what the deployment knows counts.
 * @param force takes it all the same: somebody who does not exist yet
 * @throws InputError
 */
export async function checkKnown(
  subject: string,
  { force = false }: { readonly force?: boolean | undefined },
  deployment: Deployment,
): Promise<void> {
  const { scope, account } = subjectOf(subject);
  if (force || scope === 'account' || account !== undefined) return;
  const iam = new IAMClient(deployment.aws);
  const inIam = scope === 'principal' ? await existsIn(iam, subject) : false;
  if (inIam === true) return;
  const { teams, budgets, breakGlass } = deployment.settings;
  const configured = [...Object.keys(teams), ...Object.values(teams).flatMap(({ members = [] }) => members)];
  const seen = [
    ...(await readBudgetItems(deployment, [])).keys(),
    ...Object.keys(budgets),
    ...breakGlass,
    ...configured,
  ];
  if (seen.includes(subject)) return;
  const known = [...seen, ...(scope === 'principal' ? await namesIn(iam) : [])];
  const untold = inIam === undefined ? 'does not tell you about it' : 'has nobody of this name';
  const why =
    scope === 'team' ? 'the stage has no such team' : `it was never seen in the log, and IAM ${untold}`;
  throw new InputError(
    `${subject} is not known: ${why}.${didYouMean(subject, known)} Give --force for one that does not exist yet.`,
  );
}

/** Undefined where IAM does not say. */
async function existsIn(iam: IAMClient, subject: string): Promise<boolean | undefined> {
  const { type, name } = subjectOf(subject);
  try {
    if (type === 'user') await iam.send(new GetUserCommand({ UserName: name }));
    else if (type === 'role' || type === 'session') await iam.send(new GetRoleCommand({ RoleName: name }));
    else return undefined;
    return true;
  } catch (error) {
    return (error as Error).name === 'NoSuchEntityException' ? false : undefined;
  }
}

/** Whoever may not list IAM is told what the deployment itself knows. */
async function namesIn(client: IAMClient): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { Users = [] } of paginateListUsers({ client }, { MaxItems: 1_000 })) {
      names.push(...Users.map(({ UserName }) => `user/${UserName}`));
      if (names.length >= mostListed) break;
    }
    for await (const { Roles = [] } of paginateListRoles({ client }, { MaxItems: 1_000 })) {
      names.push(...Roles.map(({ RoleName }) => `role/${RoleName}`));
      if (names.length >= 2 * mostListed) break;
    }
  } catch {
    return names;
  }
  return names;
}
