import {
  DetachGroupPolicyCommand,
  DetachRolePolicyCommand,
  DetachUserPolicyCommand,
  IAMClient,
  NoSuchEntityException,
  paginateListEntitiesForPolicy,
} from '@aws-sdk/client-iam';
import { assertNever } from '../../domain/assert-never.ts';
import type { DenyCarrier, DenyCarriers } from '../../use-cases/ports/iam.ts';

/** Who carries one of the product's policies, and how to detach it. */
export class IamDenyCarriers implements DenyCarriers {
  readonly #client: IAMClient;

  constructor(client = new IAMClient({ maxAttempts: 12 })) {
    this.#client = client;
  }

  async of(policyArn: string): Promise<readonly DenyCarrier[]> {
    const found: DenyCarrier[] = [];
    try {
      // As a permissions boundary it denies nothing that we placed, and detaching would not take it off.
      const pages = paginateListEntitiesForPolicy(
        { client: this.#client },
        { PolicyArn: policyArn, PolicyUsageFilter: 'PermissionsPolicy' },
      );
      for await (const { PolicyUsers = [], PolicyRoles = [], PolicyGroups = [] } of pages) {
        for (const { UserName: name = '' } of PolicyUsers) found.push({ type: 'user', name, policyArn });
        for (const { RoleName: name = '' } of PolicyRoles) found.push({ type: 'role', name, policyArn });
        for (const { GroupName: name = '' } of PolicyGroups) found.push({ type: 'group', name, policyArn });
      }
      return found;
    } catch (error) {
      if (error instanceof NoSuchEntityException) return [];
      throw error;
    }
  }

  async release(carrier: DenyCarrier): Promise<void> {
    try {
      await this.#detach(carrier);
    } catch (error) {
      // Someone was faster, or the carrier is gone: in both cases the policy is detached.
      if (!(error instanceof NoSuchEntityException)) throw error;
    }
  }

  #detach({ type, name, policyArn: PolicyArn }: DenyCarrier): Promise<unknown> {
    switch (type) {
      case 'user':
        return this.#client.send(new DetachUserPolicyCommand({ UserName: name, PolicyArn }));
      case 'role':
        return this.#client.send(new DetachRolePolicyCommand({ RoleName: name, PolicyArn }));
      case 'group':
        return this.#client.send(new DetachGroupPolicyCommand({ GroupName: name, PolicyArn }));
      default:
        return assertNever(type);
    }
  }
}
