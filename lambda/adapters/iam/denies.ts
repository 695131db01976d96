import {
  type AttachedPolicy,
  DetachRolePolicyCommand,
  DetachUserPolicyCommand,
  GetRoleCommand,
  GetUserCommand,
  IAMClient,
  NoSuchEntityException,
  SimulatePrincipalPolicyCommand,
} from '@aws-sdk/client-iam';
import { type DenyLevel, denyLevels } from '../../domain/level.ts';
import type { Iam, IamTarget } from '../../use-cases/ports/iam.ts';
import { attachedPages, attachPolicy } from './attachments.ts';
import { iamError } from './errors.ts';

/** Attaches and detaches the system's own deny policies; it knows no other, and its role may no other. */
export class IamDenies implements Iam {
  readonly #client: IAMClient;
  readonly #policies: Readonly<Record<DenyLevel, string>>;
  readonly #probedModelArn: string;
  readonly #switchPolicy: string | undefined;

  /**
   * @param probedModelArn a foundation model that every level denies
   * @param switchPolicy the halt switch's policy, where the stage has one
   */
  constructor(
    policies: Readonly<Record<DenyLevel, string>>,
    probedModelArn: string,
    switchPolicy?: string,
    client = new IAMClient({ maxAttempts: 8 }),
  ) {
    this.#client = client;
    this.#switchPolicy = switchPolicy;
    this.#policies = policies;
    this.#probedModelArn = probedModelArn;
  }

  async attached(target: IamTarget): Promise<ReadonlySet<DenyLevel>> {
    const ours = new Set<DenyLevel>();
    try {
      for await (const { AttachedPolicies = [] } of attachedPages(this.#client, target)) {
        for (const { PolicyArn } of AttachedPolicies as AttachedPolicy[]) {
          const level = denyLevels.find((name) => this.#policies[name] === PolicyArn);
          if (level !== undefined) ours.add(level);
        }
      }
      return ours;
    } catch (error) {
      throw iamError(error, target);
    }
  }

  async attach(target: IamTarget, level: DenyLevel): Promise<void> {
    await attachPolicy(this.#client, target, this.#policies[level]);
  }

  async detach(target: IamTarget, level: DenyLevel): Promise<void> {
    await this.#detach(target, this.#policies[level]);
  }

  async makeRoom(target: IamTarget): Promise<boolean> {
    return this.#switchPolicy !== undefined && this.#detach(target, this.#switchPolicy);
  }

  /** Answers false where it was not attached, or nobody is there: in both cases the principal does not carry the policy. */
  async #detach(target: IamTarget, PolicyArn: string): Promise<boolean> {
    try {
      if (target.type === 'user') {
        await this.#client.send(new DetachUserPolicyCommand({ UserName: target.name, PolicyArn }));
      } else {
        await this.#client.send(new DetachRolePolicyCommand({ RoleName: target.name, PolicyArn }));
      }
      return true;
    } catch (error) {
      if (!(error instanceof NoSuchEntityException)) throw iamError(error, target);
      return false;
    }
  }

  /**
   * Asks about a call of the most expensive model, which every level has to deny. It reads what is configured, and does not say
   * whether Bedrock has heard of it yet ("Testing IAM policies with the IAM policy simulator").
   */
  async denies(target: IamTarget, _step: DenyLevel): Promise<boolean> {
    try {
      const { EvaluationResults = [] } = await this.#client.send(
        new SimulatePrincipalPolicyCommand({
          PolicySourceArn: await this.#arnOf(target),
          ActionNames: ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'],
          ResourceArns: [this.#probedModelArn],
        }),
      );
      return (
        EvaluationResults.length > 0 &&
        EvaluationResults.every(({ EvalDecision }) => EvalDecision === 'explicitDeny')
      );
    } catch (error) {
      throw iamError(error, target);
    }
  }

  async #arnOf({ type, name }: IamTarget): Promise<string> {
    if (type === 'user') {
      const { User } = await this.#client.send(new GetUserCommand({ UserName: name }));
      return User?.Arn ?? '';
    }
    const { Role } = await this.#client.send(new GetRoleCommand({ RoleName: name }));
    return Role?.Arn ?? '';
  }
}
