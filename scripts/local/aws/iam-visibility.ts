interface PendingChange {
  readonly owner: object;
  readonly key: string;
  readonly apply: () => void;
  remaining: number;
}

/** Changes of IAM that are made but do not show yet. */
export class PendingChanges {
  readonly #delay: () => number;
  #pending: PendingChange[] = [];

  /** @param delay asked once per change: after how many ticks it shows */
  constructor(delay: () => number) {
    this.#delay = delay;
  }

  /** @param key what of the owner changes: an older change of the same never shows after a younger one */
  add(owner: object, key: string, apply: () => void): void {
    const change = { owner, key, apply, remaining: this.#delay() };
    this.#pending.push(change);
    if (change.remaining <= 0) this.#show(change);
  }

  tick(): void {
    for (const change of this.#pending) change.remaining -= 1;
    const ripe = this.#pending.filter((change) => change.remaining <= 0);
    for (const change of ripe) this.#show(change);
  }

  forget(owner: object): void {
    this.#pending = this.#pending.filter((change) => change.owner !== owner);
  }

  #show(change: PendingChange): void {
    const position = this.#pending.indexOf(change);
    if (position < 0) return;
    this.#pending = this.#pending.filter(
      (other, index) => index > position || other.owner !== change.owner || other.key !== change.key,
    );
    change.apply();
  }
}
