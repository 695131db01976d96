import { createHash } from 'node:crypto';
import type { PolicyDocument, SourcedPolicy } from './policy.ts';

export type PrincipalKind = 'user' | 'role';

/** Default quotas of AWS for managed policies attached to one principal. */
export const attachmentQuota: Readonly<Record<PrincipalKind, number>> = { user: 10, role: 20 };

/** An error as the IAM API reports it; `message` is AWS's wording. */
export class IamError extends Error {
  override name = 'IamError';
  readonly code: string;
  readonly status: number;

  constructor(code: string, status: number, message: string) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

export interface IamPrincipal {
  readonly kind: PrincipalKind;
  readonly name: string;
  /** Begins and ends with a slash. */
  readonly path: string;
  readonly arn: string;
  /** AIDA… or AROA…; a principal created again under the same name gets another. */
  readonly id: string;
  readonly createdAt: Date;
  readonly tags: Map<string, string>;
  readonly inline: Map<string, PolicyDocument>;
}

export interface ManagedPolicy {
  readonly arn: string;
  readonly name: string;
  readonly path: string;
  readonly id: string;
  readonly document: PolicyDocument;
}

export interface NewPrincipal {
  readonly name: string;
  /** @default '/' */
  readonly path?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** Inline policies by name. */
  readonly inline?: Readonly<Record<string, PolicyDocument>>;
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

interface PendingChange {
  readonly principal: IamPrincipal;
  readonly policyArn: string;
  readonly attached: boolean;
  remaining: number;
}

/** Users, roles, managed policies and who has which attached: what the local IAM knows. */
export class IamStore {
  readonly account: string;
  readonly now: () => Date;
  readonly fault: (action: string) => IamError | undefined;
  readonly #options: IamStoreOptions;
  readonly #principals: Readonly<Record<PrincipalKind, Map<string, IamPrincipal>>> = {
    user: new Map(),
    role: new Map(),
  };
  readonly #policies = new Map<string, ManagedPolicy>();
  /** What is so, which attach and detach answer by. */
  readonly #attached = new Map<IamPrincipal, Set<string>>();
  /** What has become visible of it, which lists and evaluations answer by. */
  readonly #visible = new Map<IamPrincipal, Set<string>>();
  #pending: PendingChange[] = [];
  #created = 0;

  constructor(options: IamStoreOptions) {
    this.account = options.account;
    this.now = options.now;
    this.fault = options.fault ?? (() => undefined);
    this.#options = options;
  }

  /** @throws IamError EntityAlreadyExists */
  create(kind: PrincipalKind, principal: NewPrincipal): IamPrincipal {
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
    return created;
  }

  /** Removes it with its attachments, as if somebody had detached them first. @throws IamError NoSuchEntity */
  delete(kind: PrincipalKind, name: string): void {
    const principal = this.get(kind, name);
    this.#principals[kind].delete(name);
    this.#attached.delete(principal);
    this.#visible.delete(principal);
    this.#pending = this.#pending.filter((change) => change.principal !== principal);
  }

  find(kind: PrincipalKind, name: string): IamPrincipal | undefined {
    return this.#principals[kind].get(name);
  }

  /** @throws IamError NoSuchEntity */
  get(kind: PrincipalKind, name: string): IamPrincipal {
    const principal = this.find(kind, name);
    if (principal) return principal;
    throw new IamError('NoSuchEntity', 404, `The ${kind} with name ${name} cannot be found.`);
  }

  principals(): readonly IamPrincipal[] {
    return [...this.#principals.user.values(), ...this.#principals.role.values()];
  }

  /** Adds a managed policy or replaces its document. */
  putPolicy(arn: string, document: PolicyDocument): ManagedPolicy {
    const parts = /^arn:[^:]+:iam::(?:\d{12}|aws):policy(\/(?:.+\/)?)([^/]+)$/.exec(arn);
    if (!parts?.[1] || !parts[2]) {
      throw new IamError('InvalidInput', 400, `ARN ${arn} is not valid: it must name a managed policy.`);
    }
    const id = this.#policies.get(arn)?.id ?? this.#newId('ANPA', arn);
    const policy = { arn, path: parts[1], name: parts[2], id, document };
    this.#policies.set(arn, policy);
    return policy;
  }

  /** @throws IamError NoSuchEntity */
  policy(arn: string): ManagedPolicy {
    const policy = this.#policies.get(arn);
    if (policy) return policy;
    throw new IamError('NoSuchEntity', 404, `Policy ${arn} does not exist or is not attachable.`);
  }

  /** Who has it attached, visible yet or not. */
  carriersOf(policyArn: string): readonly IamPrincipal[] {
    return this.principals().filter((principal) => this.#attached.get(principal)?.has(policyArn));
  }

  deletePolicy(arn: string): void {
    this.#policies.delete(arn);
    for (const visible of this.#visible.values()) visible.delete(arn);
  }

  /** Attaching twice is no error. @throws IamError NoSuchEntity, LimitExceeded, UnmodifiableEntity */
  attach(kind: PrincipalKind, name: string, policyArn: string): void {
    const attached = this.#modifiable(kind, name);
    this.policy(policyArn);
    if (attached.policies.has(policyArn)) return;
    const quota = attachmentQuota[kind];
    if (attached.policies.size >= quota) {
      const quotaName = `Policies${kind === 'user' ? 'PerUser' : 'PerRole'}`;
      throw new IamError('LimitExceeded', 409, `Cannot exceed quota for ${quotaName}: ${quota}`);
    }
    attached.policies.add(policyArn);
    this.#show({ principal: attached.principal, policyArn, attached: true });
  }

  /** @throws IamError NoSuchEntity (also when it is not attached), UnmodifiableEntity */
  detach(kind: PrincipalKind, name: string, policyArn: string): void {
    const attached = this.#modifiable(kind, name);
    if (!attached.policies.delete(policyArn)) {
      throw new IamError('NoSuchEntity', 404, `Policy ${policyArn} was not found.`);
    }
    this.#show({ principal: attached.principal, policyArn, attached: false });
  }

  /** Managed policies as they are visible now, in the order of their attachment. */
  attachedPolicies(principal: IamPrincipal): readonly ManagedPolicy[] {
    return [...(this.#visible.get(principal) ?? [])].map((arn) => this.policy(arn));
  }

  /** Everything that is evaluated for the principal now, inline policies first. */
  policiesOf(principal: IamPrincipal): readonly SourcedPolicy[] {
    return [
      ...[...principal.inline].map(([name, document]) => ({ source: `inline policy ${name}`, document })),
      ...this.attachedPolicies(principal).map(({ name, document }) => ({
        source: `policy ${name}`,
        document,
      })),
    ];
  }

  /** One read of the API, or one settle of the stack, has passed: changes come nearer to being visible. */
  tick(): void {
    for (const change of this.#pending) change.remaining -= 1;
    const ripe = this.#pending.filter((change) => change.remaining <= 0);
    for (const change of ripe) this.#apply(change);
  }

  #modifiable(kind: PrincipalKind, name: string): { principal: IamPrincipal; policies: Set<string> } {
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

  #show(change: Omit<PendingChange, 'remaining'>): void {
    const pending = { ...change, remaining: this.#options.delay?.() ?? 0 };
    this.#pending.push(pending);
    if (pending.remaining <= 0) this.#apply(pending);
  }

  /** An older change of the same attachment must not show after a younger one, so it is dropped. */
  #apply(change: PendingChange): void {
    const position = this.#pending.indexOf(change);
    if (position < 0) return;
    this.#pending = this.#pending.filter(
      (other, index) =>
        index > position || other.principal !== change.principal || other.policyArn !== change.policyArn,
    );
    const visible = this.#visible.get(change.principal);
    if (change.attached) visible?.add(change.policyArn);
    else visible?.delete(change.policyArn);
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
