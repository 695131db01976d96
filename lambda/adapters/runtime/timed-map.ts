/** Entries that are forgotten after their time. Bounded, because keys come from what others write. */
export class TimedMap<V> {
  readonly #entries = new Map<string, { readonly value: V; readonly until: number }>();
  readonly #most: number;

  constructor(most = 10_000) {
    this.#most = most;
  }

  get(key: string, now: Date): V | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (now.getTime() < entry.until) return entry.value;
    this.#entries.delete(key);
    return undefined;
  }

  /** @param milliseconds Infinity for good */
  set(key: string, value: V, now: Date, milliseconds: number): void {
    this.#entries.delete(key);
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined && this.#entries.size >= this.#most) this.#entries.delete(oldest);
    this.#entries.set(key, { value, until: now.getTime() + milliseconds });
  }
}
