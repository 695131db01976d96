import { createHash } from 'node:crypto';
import { ServiceCredentials } from './iam-credentials.ts';
import { IamError, noSuchEntity } from './iam-error.ts';
import { ManagedPolicies, type ManagedPolicy } from './iam-policies.ts';
import { PendingChanges } from './iam-visibility.ts';
import type { EvaluatedPolicy, SourcedPolicy } from './policy.ts';

export { IamError } from './iam-error.ts';
export type { ManagedPolicy } from './iam-policies.ts';

export type IamPrincipalKind = 'user' | 'role';

/** Default quotas of AWS for managed policies attached to one principal. */
export const attachmentQuota: Readonly<Record<IamPrincipalKind, number>> = { user: 10, role: 20 };

/** All inline policies of one principal together, in characters without white space. */
const inlineQuota: Readonly<Record<IamPrincipalKind, number>> = { user: 2_048, role: 10_240 };

export interface IamPrincipal {
  readonly kind: IamPrincipalKind;
  readonly name: string;
  /** Begins and ends with a slash. */
  readonly path: string;
  readonly arn: string;
  /** AIDA… or AROA…; a principal created again under the same name gets another. */
  readonly id: string;
  readonly createdAt: Date;
  readonly tags: Map<string, string>;
  /** As they are visible now. */
  readonly inline: Map<string, EvaluatedPolicy>;
}

export interface NewPrincipal {
  readonly name: string;
  /** @default '/' */
  readonly path?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** Inline policies by name. */
  readonly inline?: Readonly<Record<string, EvaluatedPolicy>>;
}

export interface IamStoreOptions {
  readonly account: string;
  readonly now: () => Date;
  /** @default 'aws' */
  readonly partition?: string;
  /**
   * Asked once per attach and detach: after how many further reads of the API, or settle ticks, the change shows in
   * answers and evaluations. IAM promises only that it shows eventually. @default 0: at once
   */
  readonly delay?: () => number;
  /** Asked before each API call: an error to answer instead (throttling, an outage). */
  readonly fault?: (action: string) => IamError | undefined;
}

/** Users, roles, managed policies and who has which attached: what the local IAM knows. */
export class IamStore {
  readonly account: string;
  readonly now: () => Date;
  readonly fault: (action: string) => IamError | undefined;
  readonly #options: IamStoreOptions;
  readonly #principals: Readonly<Record<IamPrincipalKind, Map<string, IamPrincipal>>> = {
    user: new Map(),
    role: new Map(),
  };
  readonly managed: ManagedPolicies;
  readonly credentials: ServiceCredentials;
  /** What is so, which attach and detach answer by. */
  readonly #attached = new Map<IamPrincipal, Set<string>>();
  /** What has become visible of it, which lists and evaluations answer by. */
  readonly #visible = new Map<IamPrincipal, Set<string>>();
  /** Inline policies as they were written last, visible or not. */
  readonly #written = new Map<IamPrincipal, Map<string, EvaluatedPolicy>>();
  readonly #pending: PendingChanges;
  #created = 0;

  constructor(options: IamStoreOptions) {
    this.account = options.account;
    this.now = options.now;
    this.fault = options.fault ?? (() => undefined);
    this.#options = options;
    this.#pending = new PendingChanges(() => options.delay?.() ?? 0);
    const deps = { now: this.now, newId: (prefix: string, name: string) => this.#newId(prefix, name) };
    this.managed = new ManagedPolicies(deps);
    this.credentials = new ServiceCredentials(deps);
  }

  /** @throws IamError EntityAlreadyExists */
  create(kind: IamPrincipalKind, principal: NewPrincipal): IamPrincipal {
    if (this.#principals[kind].has(principal.name)) {
      throw new IamError('EntityAlreadyExists', 409, `${capital(kind)} ${principal.name} already exists.`);
    }
    const path = principal.path ?? '/';
    if (!/^\/(?:[^/]+\/)*$/.test(path)) {
      throw new IamError('ValidationError', 400, `The path ${path} must begin and end with a slash.`);
    }
    const created: IamPrincipal = {
      kind,
      name: principal.name,
      path,
      arn: `${this.#arnPrefix()}:${kind}${path}${principal.name}`,
      id: this.#newId(kind === 'user' ? 'AIDA' : 'AROA', principal.name),
      createdAt: this.now(),
      tags: new Map(Object.entries(principal.tags ?? {})),
      inline: new Map(Object.entries(principal.inline ?? {})),
    };
    this.#principals[kind].set(created.name, created);
    this.#attached.set(created, new Set());
    this.#visible.set(created, new Set());
    this.#written.set(created, new Map(created.inline));
    return created;
  }

  /** Removes it with its attachments, as if somebody had detached them first. @throws IamError NoSuchEntity */
  delete(kind: IamPrincipalKind, name: string): void {
    const principal = this.get(kind, name);
    this.#principals[kind].delete(name);
    this.#attached.delete(principal);
    this.#visible.delete(principal);
    this.#written.delete(principal);
    this.#pending.forget(principal);
    if (kind === 'user') this.credentials.forgetUser(name);
  }

  find(kind: IamPrincipalKind, name: string): IamPrincipal | undefined {
    return this.#principals[kind].get(name);
  }

  /** @throws IamError NoSuchEntity */
  get(kind: IamPrincipalKind, name: string): IamPrincipal {
    const principal = this.find(kind, name);
    if (principal) return principal;
    throw noSuchEntity(`The ${kind} with name ${name} cannot be found.`);
  }

  principals(): readonly IamPrincipal[] {
    return [...this.#principals.user.values(), ...this.#principals.role.values()];
  }

  /** Adds a managed policy or replaces its document. */
  putPolicy(arn: string, document: EvaluatedPolicy): ManagedPolicy {
    return this.managed.put(arn, document);
  }

  /** @throws IamError NoSuchEntity */
  policy(arn: string): ManagedPolicy {
    return this.managed.get(arn);
  }

  /** Who has it attached, visible yet or not. */
  carriersOf(policyArn: string): readonly IamPrincipal[] {
    return this.principals().filter((principal) => this.#attached.get(principal)?.has(policyArn));
  }

  deletePolicy(arn: string): void {
    this.managed.delete(arn);
    for (const visible of this.#visible.values()) visible.delete(arn);
  }

  /** Attaching twice is no error. @throws IamError NoSuchEntity, LimitExceeded, UnmodifiableEntity */
  attach(kind: IamPrincipalKind, name: string, policyArn: string): void {
    const attached = this.#modifiable(kind, name);
    this.policy(policyArn);
    if (attached.policies.has(policyArn)) return;
    const quota = attachmentQuota[kind];
    if (attached.policies.size >= quota) {
      const quotaName = `Policies${kind === 'user' ? 'PerUser' : 'PerRole'}`;
      throw new IamError('LimitExceeded', 409, `Cannot exceed quota for ${quotaName}: ${quota}`);
    }
    attached.policies.add(policyArn);
    const { principal } = attached;
    this.#pending.add(principal, policyArn, () => this.#visible.get(principal)?.add(policyArn));
  }

  /** @throws IamError NoSuchEntity (also when it is not attached), UnmodifiableEntity */
  detach(kind: IamPrincipalKind, name: string, policyArn: string): void {
    const attached = this.#modifiable(kind, name);
    if (!attached.policies.delete(policyArn)) {
      throw noSuchEntity(`Policy ${policyArn} was not found.`);
    }
    const { principal } = attached;
    this.#pending.add(principal, policyArn, () => this.#visible.get(principal)?.delete(policyArn));
  }

  /** Adds an inline policy or replaces it. @throws IamError NoSuchEntity, LimitExceeded, UnmodifiableEntity */
  putInline(kind: IamPrincipalKind, name: string, policyName: string, document: EvaluatedPolicy): void {
    const { principal } = this.#modifiable(kind, name);
    const next = new Map(this.#written.get(principal)).set(policyName, document);
    const size = [...next.values()].reduce((sum, each) => sum + JSON.stringify(each).length, 0);
    const quota = inlineQuota[kind];
    if (size > quota) {
      const message = `Maximum policy size of ${quota} bytes exceeded for ${kind} ${name}`;
      throw new IamError('LimitExceeded', 409, message);
    }
    this.#written.set(principal, next);
    this.#pending.add(principal, `inline ${policyName}`, () => principal.inline.set(policyName, document));
  }

  /** @throws IamError NoSuchEntity, UnmodifiableEntity */
  deleteInline(kind: IamPrincipalKind, name: string, policyName: string): void {
    const { principal } = this.#modifiable(kind, name);
    if (!this.#written.get(principal)?.delete(policyName)) {
      throw noSuchEntity(`The ${kind} policy with name ${policyName} cannot be found.`);
    }
    this.#pending.add(principal, `inline ${policyName}`, () => principal.inline.delete(policyName));
  }

  /** Managed policies as they are visible now, in the order of their attachment. */
  attachedPolicies(principal: IamPrincipal): readonly ManagedPolicy[] {
    return [...(this.#visible.get(principal) ?? [])].map((arn) => this.policy(arn));
  }

  /** Everything that is evaluated for the principal now, inline policies first. */
  policiesOf(principal: IamPrincipal): readonly SourcedPolicy[] {
    return [
      ...[...principal.inline].map(([name, document]) => ({
        ...{ source: `inline policy ${name}`, document },
        id: `${principal.kind}_${principal.name}_${name}`,
      })),
      ...this.attachedPolicies(principal).map(({ name, document }) => ({
        ...{ source: `policy ${name}`, document, id: name },
      })),
    ];
  }

  /** One read of the API, or one settle of the stack, has passed: changes come nearer to being visible. */
  tick(): void {
    this.#pending.tick();
  }

  #modifiable(kind: IamPrincipalKind, name: string): { principal: IamPrincipal; policies: Set<string> } {
    const principal = this.get(kind, name);
    if (kind === 'role' && /^\/aws-(?:reserved|service-role)\//.test(principal.path)) {
      throw new IamError(
        'UnmodifiableEntity',
        400,
        `Cannot perform the operation on the protected role '${name}' - this role is only modifiable by AWS`,
      );
    }
    return { principal, policies: this.#attached.get(principal) ?? new Set() };
  }

  #arnPrefix(): string {
    return `arn:${this.#options.partition ?? 'aws'}:iam::${this.account}`;
  }

  /** Looks random as AWS's ids do, but is the same in every run. */
  #newId(prefix: string, name: string): string {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
    this.#created += 1;
    const hash = createHash('sha256').update(`${this.account} ${prefix} ${name} ${this.#created}`).digest();
    return prefix + [...hash.subarray(0, 17)].map((byte) => alphabet[byte % 32]).join('');
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
