import type { ApiKey } from '../../lambda/domain/control/api-keys.ts';
import type { DenyLevel } from '../../lambda/domain/level.ts';
import type { IamRecord } from '../../lambda/use-cases/ports/iam.ts';
import {
  type ApiKeys,
  type Iam,
  type IamTarget,
  PolicyQuotaError,
  type PrincipalDescriptions,
  PrincipalGoneError,
} from '../../lambda/use-cases/ports/iam.ts';

/** An IAM of one principal: what it carries, and in which order that came about. */
export class MemoryIam implements Iam, ApiKeys, PrincipalDescriptions {
  readonly carried = new Set<DenyLevel>();
  readonly calls: string[] = [];
  /** So many readings still show what was before the last write. */
  staleReadings = 0;
  freeSlots = 10;
  gone = false;
  principalPath = '/';
  #shown: ReadonlySet<DenyLevel> = new Set();

  tags: Record<string, string> = {};
  /** Its simulation finds that the policy's text denies nothing. */
  neutered = false;
  keys: ApiKey[] = [];

  async describe({ name }: IamTarget): Promise<IamRecord> {
    if (this.gone) throw new PrincipalGoneError(`There is no ${name}.`);
    return { arn: '', path: this.principalPath, uniqueId: '', tags: this.tags };
  }

  async denies(): Promise<boolean> {
    return !this.neutered;
  }

  async of(): Promise<readonly ApiKey[]> {
    return this.keys.map((key) => ({ ...key }));
  }

  async set(_user: string, id: string, status: 'Active' | 'Inactive'): Promise<void> {
    this.calls.push(`${status} ${id}`);
    this.keys = this.keys.map((key) => (key.id === id ? { ...key, status } : key));
  }

  async attached(): Promise<ReadonlySet<DenyLevel>> {
    if (this.staleReadings > 0) this.staleReadings--;
    else this.#shown = new Set(this.carried);
    return this.#shown;
  }

  async attach(_target: IamTarget, step: DenyLevel): Promise<void> {
    if (!this.carried.has(step) && this.carried.size >= this.freeSlots)
      throw new PolicyQuotaError('No free slot.');
    this.calls.push(`attach ${step}`);
    this.carried.add(step);
  }

  async detach(_target: IamTarget, step: DenyLevel): Promise<void> {
    this.calls.push(`detach ${step}`);
    this.carried.delete(step);
  }
}
