import type { Activity } from '../activity.ts';

/**
 * Runs `drain` whenever it is woken, one run at a time; a wake during a run causes another one.
 * What it does counts as activity until nothing is left.
 */
export class Pump {
  readonly #activity: Activity;
  readonly #drain: () => Promise<boolean>;
  #woken = false;
  #running = false;

  /** @param drain answers whether it found anything */
  constructor(activity: Activity, drain: () => Promise<boolean>) {
    this.#activity = activity;
    this.#drain = drain;
  }

  wake(): void {
    this.#woken = true;
    if (this.#running) return;
    this.#running = true;
    this.#activity.start(async () => {
      try {
        while (this.#woken) {
          this.#woken = false;
          // What came while it worked is found by the same loop, so that nobody has to wake it.
          while (await this.#drain());
        }
      } finally {
        this.#running = false;
      }
    });
  }
}
