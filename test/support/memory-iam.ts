import {
  type DenyStep,
  type Iam,
  type IamTarget,
  PolicyQuotaError,
  PrincipalGoneError,
} from '../../lambda/use-cases/ports.ts';

/** An IAM of one principal: what it carries, and in which order that came about. */
export class MemoryIam implements Iam {
  readonly carried = new Set<DenyStep>();
  readonly calls: string[] = [];
  /** So many readings still show what was before the last write. */
  staleReadings = 0;
  freeSlots = 10;
  gone = false;
  principalPath = '/';
  #shown: ReadonlySet<DenyStep> = new Set();

  async path({ name }: IamTarget): Promise<string> {
    if (this.gone) throw new PrincipalGoneError(`There is no ${name}.`);
    return this.principalPath;
  }

  async attached(): Promise<ReadonlySet<DenyStep>> {
    if (this.staleReadings > 0) this.staleReadings--;
    else this.#shown = new Set(this.carried);
    return this.#shown;
  }

  async attach(_target: IamTarget, step: DenyStep): Promise<void> {
    if (!this.carried.has(step) && this.carried.size >= this.freeSlots)
      throw new PolicyQuotaError('No free slot.');
    this.calls.push(`attach ${step}`);
    this.carried.add(step);
  }

  async detach(_target: IamTarget, step: DenyStep): Promise<void> {
    this.calls.push(`detach ${step}`);
    this.carried.delete(step);
  }
}
