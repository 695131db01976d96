import {
  DeletePolicyVersionCommand,
  GetPolicyVersionCommand,
  IAMClient,
  NoSuchEntityException,
  paginateListPolicyVersions,
  SetDefaultPolicyVersionCommand,
} from '@aws-sdk/client-iam';
import type {
  IamTarget,
  SwitchPolicyCarriers,
  SwitchPolicyVersion,
  SwitchPolicyVersions,
} from '../../use-cases/ports/iam.ts';
import { attachedPages, attachPolicy } from './attachments.ts';
import { iamError } from './errors.ts';

/** The halt switch's policy in IAM. It can choose between versions that others wrote, and write none. */
export class IamSwitchPolicy implements SwitchPolicyVersions, SwitchPolicyCarriers {
  readonly #arn: string;
  readonly #client: IAMClient;

  constructor(arn: string, client = new IAMClient({ maxAttempts: 8 })) {
    this.#arn = arn;
    this.#client = client;
  }

  async versions(): Promise<readonly SwitchPolicyVersion[]> {
    const PolicyArn = this.#arn;
    const found: SwitchPolicyVersion[] = [];
    try {
      for await (const { Versions = [] } of paginateListPolicyVersions(
        { client: this.#client },
        { PolicyArn },
      )) {
        for (const { VersionId = '', IsDefaultVersion = false } of Versions) {
          const { PolicyVersion } = await this.#client.send(
            new GetPolicyVersionCommand({ PolicyArn, VersionId }),
          );
          const document = JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? '%7B%7D')) as unknown;
          found.push({ id: VersionId, isDefault: IsDefaultVersion, document });
        }
      }
      return found;
    } catch (error) {
      if (error instanceof NoSuchEntityException) return [];
      throw error;
    }
  }

  async choose(id: string): Promise<void> {
    await this.#client.send(new SetDefaultPolicyVersionCommand({ PolicyArn: this.#arn, VersionId: id }));
  }

  async remove(id: string): Promise<void> {
    try {
      await this.#client.send(new DeletePolicyVersionCommand({ PolicyArn: this.#arn, VersionId: id }));
    } catch (error) {
      if (!(error instanceof NoSuchEntityException)) throw error;
    }
  }

  async count(target: IamTarget): Promise<number> {
    let count = 0;
    try {
      for await (const { AttachedPolicies = [] } of attachedPages(this.#client, target))
        count += AttachedPolicies.length;
      return count;
    } catch (error) {
      throw iamError(error, target);
    }
  }

  async attach(target: IamTarget): Promise<void> {
    await attachPolicy(this.#client, target, this.#arn);
  }
}
