import {
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  type IAMClient,
  paginateListAttachedRolePolicies,
  paginateListAttachedUserPolicies,
} from '@aws-sdk/client-iam';
import type { IamTarget } from '../../use-cases/ports/iam.ts';
import { iamError } from './errors.ts';

/** Managed policies that a user or role carries, page by page. */
export const attachedPages = (client: IAMClient, { type, name }: IamTarget) =>
  type === 'user'
    ? paginateListAttachedUserPolicies({ client }, { UserName: name })
    : paginateListAttachedRolePolicies({ client }, { RoleName: name });

/** Attaching what is attached is done. @throws what `iamError` makes of IAM's answer */
export async function attachPolicy(client: IAMClient, target: IamTarget, PolicyArn: string): Promise<void> {
  try {
    if (target.type === 'user') {
      await client.send(new AttachUserPolicyCommand({ UserName: target.name, PolicyArn }));
    } else {
      await client.send(new AttachRolePolicyCommand({ RoleName: target.name, PolicyArn }));
    }
  } catch (error) {
    throw iamError(error, target);
  }
}
