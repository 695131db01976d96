import { IamError, noSuchEntity } from './iam-error.ts';
import type { EvaluatedPolicy } from './policy.ts';

export interface PolicyVersion {
  /** v1, v2, … */
  readonly id: string;
  readonly document: EvaluatedPolicy;
  readonly createdAt: Date;
}

export interface ManagedPolicy {
  readonly arn: string;
  readonly name: string;
  readonly path: string;
  readonly id: string;
  /** Oldest first. */
  readonly versions: readonly PolicyVersion[];
  readonly defaultVersionId: string;
  /** Of the default version: the only one that is in force. */
  readonly document: EvaluatedPolicy;
}

/** AWS keeps so many versions of a policy. */
const mostVersions = 5;

export interface ManagedPoliciesDeps {
  readonly now: () => Date;
  readonly newId: (prefix: string, name: string) => string;
}

/** The customer's managed policies and their versions. */
export class ManagedPolicies {
  readonly #deps: ManagedPoliciesDeps;
  readonly #policies = new Map<string, ManagedPolicy>();

  constructor(deps: ManagedPoliciesDeps) {
    this.#deps = deps;
  }

  /** Adds a policy, or starts over with this document as its first version. */
  put(arn: string, document: EvaluatedPolicy): ManagedPolicy {
    const parts = /^arn:[^:]+:iam::(?:\d{12}|aws):policy(\/(?:.+\/)?)([^/]+)$/.exec(arn);
    if (!parts?.[1] || !parts[2]) {
      throw new IamError('InvalidInput', 400, `ARN ${arn} is not valid: it must name a managed policy.`);
    }
    const id = this.#policies.get(arn)?.id ?? this.#deps.newId('ANPA', arn);
    const versions = [{ id: 'v1', document, createdAt: this.#deps.now() }];
    return this.#keep({
      ...{ arn, path: parts[1], name: parts[2], id, versions },
      defaultVersionId: 'v1',
      document,
    });
  }

  /** @throws IamError NoSuchEntity */
  get(arn: string): ManagedPolicy {
    const policy = this.#policies.get(arn);
    if (policy) return policy;
    throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
  }

  all(): readonly ManagedPolicy[] {
    return [...this.#policies.values()];
  }

  delete(arn: string): void {
    this.#policies.delete(arn);
  }

  /** @throws IamError NoSuchEntity */
  version(arn: string, id: string): PolicyVersion {
    const version = this.get(arn).versions.find((each) => each.id === id);
    if (version) return version;
    throw noSuchEntity(`Policy ${arn} version ${id} does not exist or is not attachable.`);
  }

  /** @throws IamError NoSuchEntity, LimitExceeded */
  createVersion(arn: string, document: EvaluatedPolicy, asDefault: boolean): PolicyVersion {
    const policy = this.get(arn);
    if (policy.versions.length >= mostVersions) {
      const message = `A managed policy can have up to ${mostVersions} versions. Before you create a new version, you must delete an existing version.`;
      throw new IamError('LimitExceeded', 409, message);
    }
    const latest = Math.max(...policy.versions.map(({ id }) => Number(id.slice(1))));
    const version = { id: `v${latest + 1}`, document, createdAt: this.#deps.now() };
    this.#keep({ ...policy, versions: [...policy.versions, version] });
    if (asDefault) this.setDefault(arn, version.id);
    return version;
  }

  /** @throws IamError NoSuchEntity */
  setDefault(arn: string, id: string): void {
    const { document } = this.version(arn, id);
    this.#keep({ ...this.get(arn), defaultVersionId: id, document });
  }

  /** @throws IamError NoSuchEntity, DeleteConflict */
  deleteVersion(arn: string, id: string): void {
    this.version(arn, id);
    const policy = this.get(arn);
    if (policy.defaultVersionId === id) {
      throw new IamError('DeleteConflict', 409, 'Cannot delete the default version of a policy.');
    }
    this.#keep({ ...policy, versions: policy.versions.filter((each) => each.id !== id) });
  }

  #keep(policy: ManagedPolicy): ManagedPolicy {
    this.#policies.set(policy.arn, policy);
    return policy;
  }
}
