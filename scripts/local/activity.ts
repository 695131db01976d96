/** Counts what is under way, so that `settle` knows when nothing is left. */
export class Activity {
  #running = 0;
  #waiting: (() => void)[] = [];
  readonly #failures: unknown[] = [];

  get busy(): boolean {
    return this.#running > 0;
  }

  /** Starts work that nobody awaits; its failure comes out of the next `idle`. */
  start(work: () => Promise<unknown>): void {
    void this.track(work).catch((error: unknown) => this.#failures.push(error));
  }

  async track<T>(work: () => Promise<T>): Promise<T> {
    this.#running += 1;
    try {
      return await work();
    } finally {
      this.#running -= 1;
      if (this.#running === 0) for (const resume of this.#waiting.splice(0)) resume();
    }
  }

  /** Resolves when nothing is under way. @throws the first failure since the last call */
  async idle(): Promise<void> {
    while (this.#running > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    const [failure] = this.#failures.splice(0);
    if (failure !== undefined) throw failure;
  }
}
