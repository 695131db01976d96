import {
  DeleteRolePolicyCommand,
  GetRolePolicyCommand,
  IAMClient,
  NoSuchEntityException,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import type { PolicyText } from '../../domain/deny-policies/policy-text.ts';
import type { Fence } from '../../use-cases/ports/iam.ts';
import { iamError } from './errors.ts';

/** One inline policy, of one name, on the roles that its own role allows. */
export class IamFence implements Fence {
  readonly #client: IAMClient;
  readonly #policyName: string;

  constructor(policyName: string, client = new IAMClient({ maxAttempts: 8 })) {
    this.#client = client;
    this.#policyName = policyName;
  }

  async read(roleName: string): Promise<unknown> {
    try {
      const { PolicyDocument = '' } = await this.#client.send(
        new GetRolePolicyCommand({ RoleName: roleName, PolicyName: this.#policyName }),
      );
      return JSON.parse(decodeURIComponent(PolicyDocument));
    } catch (error) {
      if (error instanceof NoSuchEntityException) return undefined;
      throw error;
    }
  }

  async write(roleName: string, policy: PolicyText | undefined): Promise<void> {
    const key = { RoleName: roleName, PolicyName: this.#policyName };
    try {
      await (policy === undefined
        ? this.#client.send(new DeleteRolePolicyCommand(key))
        : this.#client.send(new PutRolePolicyCommand({ ...key, PolicyDocument: JSON.stringify(policy) })));
    } catch (error) {
      // There was no fence to remove.
      if (policy === undefined && error instanceof NoSuchEntityException) return;
      throw iamError(error, { type: 'role', name: roleName });
    }
  }
}
