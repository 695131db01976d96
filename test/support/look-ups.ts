import type { IamRecord, IamTarget } from '../../lambda/use-cases/ports/iam.ts';
import type { ProfileDirectory } from '../../lambda/use-cases/ports/ledger.ts';
import type {
  IamDirectory,
  KnownPrincipal,
  PrincipalRegistry,
} from '../../lambda/use-cases/ports/subjects.ts';

/** An IAM that tells what it is told to tell, or nothing at all while it is down. */
export class MemoryIamDirectory implements IamDirectory {
  readonly records = new Map<string, IamRecord>();
  down = false;
  /** Everyone who was asked for, in order. */
  readonly asked: string[] = [];

  tag(id: string, tags: Record<string, string>, path = '/'): this {
    this.records.set(id, { arn: `arn:aws:iam::111122223333:${id}`, path, uniqueId: `AIDA-${id}`, tags });
    return this;
  }

  async find(targets: readonly IamTarget[]): Promise<ReadonlyMap<string, IamRecord>> {
    const ids = targets.map(({ type, name }) => `${type}/${name}`);
    this.asked.push(...ids);
    return new Map(this.down ? [] : [...this.records].filter(([id]) => ids.includes(id)));
  }
}

export class MemoryRegistry implements PrincipalRegistry {
  readonly known = new Map<string, KnownPrincipal>();
  readonly writes: string[] = [];

  async find(principals: readonly string[]): Promise<ReadonlyMap<string, KnownPrincipal>> {
    return new Map([...this.known].filter(([principal]) => principals.includes(principal)));
  }

  async remember(principal: string, known: KnownPrincipal): Promise<void> {
    this.writes.push(principal);
    this.known.set(principal, known);
  }
}

export class MemoryProfiles implements ProfileDirectory {
  readonly models: Record<string, readonly string[]>;
  readonly asked: string[] = [];

  constructor(models: Record<string, readonly string[]> = {}) {
    this.models = models;
  }

  async modelsOf(arns: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
    this.asked.push(...arns);
    return new Map(Object.entries(this.models).filter(([arn]) => arns.includes(arn)));
  }
}
