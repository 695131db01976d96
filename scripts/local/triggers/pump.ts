import type { Activity } from '../activity.ts';

/**
 * Runs `drain` whenever it is triggered, one run at a time; a trigger during a run causes another one.
 * What it does counts as activity until nothing is left.
 */
export class Pump {
  readonly #activity: Activity;
  readonly #drain: () => Promise<boolean>;
  #triggered = false;
  #running = false;

  /** @param drain answers whether it found anything */
  constructor(activity: Activity, drain: () => Promise<boolean>) {
    this.#activity = activity;
    this.#drain = drain;
  }

  trigger(): void {
    this.#triggered = true;
    if (this.#running) return;
    this.#running = true;
    this.#activity.start(async () => {
      try {
        while (this.#triggered) {
          this.#triggered = false;
          // What came while it worked is found by the same loop, so that nobody has to trigger it.
          while (await this.#drain());
        }
      } finally {
        this.#running = false;
      }
    });
  }
}
