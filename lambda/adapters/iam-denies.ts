import {
  type AttachedPolicy,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  DetachRolePolicyCommand,
  DetachUserPolicyCommand,
  GetRoleCommand,
  GetUserCommand,
  IAMClient,
  LimitExceededException,
  NoSuchEntityException,
  paginateListAttachedRolePolicies,
  paginateListAttachedUserPolicies,
  UnmodifiableEntityException,
} from '@aws-sdk/client-iam';
import { type DenyStep, denySteps } from '../contracts/workflows.ts';
import {
  type Iam,
  type IamTarget,
  PolicyQuotaError,
  PrincipalGoneError,
  UnenforceableError,
} from '../use-cases/ports.ts';

/** Attaches and detaches the system's own deny policies; it knows no other, and its role may no other. */
export class IamDenies implements Iam {
  readonly #client: IAMClient;
  readonly #policies: Readonly<Record<DenyStep, string>>;

  constructor(policies: Readonly<Record<DenyStep, string>>, client = new IAMClient({ maxAttempts: 8 })) {
    this.#client = client;
    this.#policies = policies;
  }

  async path(target: IamTarget): Promise<string> {
    try {
      if (target.type === 'user') {
        const { User } = await this.#client.send(new GetUserCommand({ UserName: target.name }));
        return User?.Path ?? '/';
      }
      const { Role } = await this.#client.send(new GetRoleCommand({ RoleName: target.name }));
      return Role?.Path ?? '/';
    } catch (error) {
      throw asDomainError(error, target);
    }
  }

  async attached(target: IamTarget): Promise<ReadonlySet<DenyStep>> {
    const ours = new Set<DenyStep>();
    try {
      for await (const { AttachedPolicies = [] } of this.#pages(target)) {
        for (const { PolicyArn } of AttachedPolicies as AttachedPolicy[]) {
          const step = denySteps.find((name) => this.#policies[name] === PolicyArn);
          if (step !== undefined) ours.add(step);
        }
      }
      return ours;
    } catch (error) {
      throw asDomainError(error, target);
    }
  }

  #pages({ type, name }: IamTarget) {
    const client = this.#client;
    return type === 'user'
      ? paginateListAttachedUserPolicies({ client }, { UserName: name })
      : paginateListAttachedRolePolicies({ client }, { RoleName: name });
  }

  async attach(target: IamTarget, step: DenyStep): Promise<void> {
    const PolicyArn = this.#policies[step];
    try {
      if (target.type === 'user') {
        await this.#client.send(new AttachUserPolicyCommand({ UserName: target.name, PolicyArn }));
      } else {
        await this.#client.send(new AttachRolePolicyCommand({ RoleName: target.name, PolicyArn }));
      }
    } catch (error) {
      throw asDomainError(error, target);
    }
  }

  async detach(target: IamTarget, step: DenyStep): Promise<void> {
    const PolicyArn = this.#policies[step];
    try {
      if (target.type === 'user') {
        await this.#client.send(new DetachUserPolicyCommand({ UserName: target.name, PolicyArn }));
      } else {
        await this.#client.send(new DetachRolePolicyCommand({ RoleName: target.name, PolicyArn }));
      }
    } catch (error) {
      // Not attached, or nobody there: in both cases nothing of ours is left on it.
      if (!(error instanceof NoSuchEntityException)) throw asDomainError(error, target);
    }
  }
}

function asDomainError(cause: unknown, { type, name }: IamTarget): unknown {
  if (cause instanceof NoSuchEntityException) {
    return new PrincipalGoneError(
      `There is no ${type} ${name} in this account (any more): ${cause.message}`,
      { cause },
    );
  }
  if (cause instanceof LimitExceededException) {
    return new PolicyQuotaError(
      `The ${type} ${name} has no free slot for a managed policy: detach one, or raise the quota.`,
      { cause },
    );
  }
  if (cause instanceof UnmodifiableEntityException) {
    return new UnenforceableError(`Only AWS can change the ${type} ${name}: use a service control policy.`, {
      cause,
    });
  }
  return cause;
}
