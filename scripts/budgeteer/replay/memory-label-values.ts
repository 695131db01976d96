import type { LabelKey, LabelValues } from '../../../lambda/use-cases/ports/ledger.ts';

/** The distinct values of labels that a replay has seen. */
export class MemoryLabelValues implements LabelValues {
  readonly #values = new Map<string, Set<string>>();

  async admit({ month, key, most }: LabelKey, values: readonly string[]): Promise<ReadonlySet<string>> {
    const name = `${month}#${key}`;
    const known = this.#values.get(name) ?? new Set<string>();
    this.#values.set(name, known);
    for (const value of values) if (known.size < most) known.add(value);
    return known;
  }
}
