import { UnsupportedTemplateError } from './template.ts';

/** A resource's properties after resolution, read with the checks that a wrong reading would need. */
export class Properties {
  readonly values: Readonly<Record<string, unknown>>;
  readonly #where: string;

  constructor(values: Readonly<Record<string, unknown>>, where: string) {
    this.values = values;
    this.#where = where;
  }

  /** @throws UnsupportedTemplateError where the property is absent or no text */
  text(name: string): string {
    const value = this.values[name];
    if (typeof value !== 'string') {
      throw new UnsupportedTemplateError(`${this.#where} has no text in its property ${name}.`);
    }
    return value;
  }

  optionalText(name: string): string | undefined {
    return this.values[name] === undefined ? undefined : this.text(name);
  }

  number(name: string, otherwise: number): number {
    return this.values[name] === undefined ? otherwise : Number(this.values[name]);
  }

  flag(name: string, otherwise: boolean): boolean {
    const value = this.values[name];
    return value === undefined ? otherwise : String(value) === 'true';
  }

  /** Absent reads as empty. */
  child(name: string): Properties {
    const value = this.values[name] ?? {};
    return new Properties(value as Readonly<Record<string, unknown>>, `${this.#where}.${name}`);
  }

  list<T = unknown>(name: string): readonly T[] {
    return (this.values[name] ?? []) as readonly T[];
  }

  children(name: string): readonly Properties[] {
    return this.list<Readonly<Record<string, unknown>>>(name).map(
      (value, index) => new Properties(value, `${this.#where}.${name}[${index}]`),
    );
  }

  raw<T>(name: string): T | undefined {
    return this.values[name] as T | undefined;
  }
}
