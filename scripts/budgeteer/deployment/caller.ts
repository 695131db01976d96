import { userInfo } from 'node:os';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { identify } from '../../../lambda/domain/principal.ts';
import type { Deployment } from './deployment.ts';

/** Who gives the command, and in which account. */
export interface OperatorIdentity {
  readonly account: string;
  readonly partition: string;
  readonly arn: string;
  /** As the audit names it: `user/ann`, or with the session `role/Admin/ann@example.com`. */
  readonly actor: string;
}

/** Asks AWS, which does not believe what a caller says of himself. */
export async function whoCalls({ aws }: Pick<Deployment, 'aws'>): Promise<OperatorIdentity> {
  const { Arn = '', Account = '' } = await new STSClient(aws).send(new GetCallerIdentityCommand({}));
  const { id, roleName, session } = identify(Arn, { sharedRoles: [] });
  const actor = session === undefined ? id : `role/${roleName}/${session}`;
  return { account: Account, partition: Arn.split(':')[1] ?? 'aws', arn: Arn, actor };
}

/** The caller's identity from AWS, or if AWS does not answer, from this machine, labelled as claimed. */
export async function operatorName(deployment: Deployment): Promise<string> {
  try {
    return (await whoCalls(deployment)).actor;
  } catch {
    return `${userInfo().username} (claimed)`;
  }
}
