/** A pending call on the virtual clock. */
export interface Timer {
  /** Forgets the call; harmless when it has already run. */
  cancel(): void;
}

interface PendingTimer {
  readonly dueMs: number;
  readonly run: () => void | Promise<void>;
}

/**
 * The only time there is in the local stack: it stands still until `advanceTo` moves it.
 *
 * Worker threads read it through `shared` (one BigInt64: epoch milliseconds), so that a function sees the same instant
 * as the thread that moves the clock.
 */
export class VirtualClock {
  readonly shared = new SharedArrayBuffer(8);
  readonly #cell = new BigInt64Array(this.shared);
  /** Sorted by due time; equal times keep the order of registration. */
  readonly #timers: PendingTimer[] = [];
  #advancing = false;

  constructor(start: Date) {
    this.#set(validTime(start, 'start of the clock'));
  }

  now(): Date {
    return new Date(this.#nowMs());
  }

  /** When the next pending timer is due; undefined when nothing waits. */
  get nextDue(): Date | undefined {
    const first = this.#timers[0];
    return first && new Date(first.dueMs);
  }

  /**
   * Calls `run` when the clock reaches `due`. What is due already runs in the next microtask: waiting for an advance
   * that has no reason to come would leave it waiting for ever.
   *
   * `run` must not itself wait for a later time: the clock waits for it before it moves on.
   */
  at(due: Date, run: () => void | Promise<void>): Timer {
    const timer: PendingTimer = { dueMs: validTime(due, 'due time of a timer'), run };
    if (timer.dueMs <= this.#nowMs()) return runSoon(run);
    const index = this.#timers.findIndex((other) => other.dueMs > timer.dueMs);
    this.#timers.splice(index < 0 ? this.#timers.length : index, 0, timer);
    return {
      cancel: () => {
        const position = this.#timers.indexOf(timer);
        if (position >= 0) this.#timers.splice(position, 1);
      },
    };
  }

  sleepUntil(due: Date): Promise<void> {
    return new Promise((resolve) => {
      this.at(due, resolve);
    });
  }

  /**
   * Moves to each due timer in order, runs all of that instant, and lets the stack `settle` before time goes on, so
   * that whatever a timer sets off happens at the timer's time and may set timers of its own on the way to `to`.
   *
   * @throws RangeError when `to` lies in the past; Error when the clock is already being advanced.
   */
  async advanceTo(to: Date, settle: () => Promise<void>): Promise<void> {
    const target = validTime(to, 'time to advance to');
    if (target < this.#nowMs()) {
      throw new RangeError(
        `The clock cannot go back from ${this.now().toISOString()} to ${to.toISOString()}: give a later time.`,
      );
    }
    if (this.#advancing) {
      throw new Error('The clock is being advanced already: wait for the first advance to end.');
    }
    this.#advancing = true;
    try {
      for (let next = this.#timers[0]; next && next.dueMs <= target; next = this.#timers[0]) {
        const instant = next.dueMs;
        this.#set(instant);
        for (let due = this.#timers[0]; due?.dueMs === instant; due = this.#timers[0]) {
          this.#timers.shift();
          await due.run();
        }
        await settle();
      }
      this.#set(target);
      await settle();
    } finally {
      this.#advancing = false;
    }
  }

  #nowMs(): number {
    return Number(Atomics.load(this.#cell, 0));
  }

  #set(epochMs: number): void {
    Atomics.store(this.#cell, 0, BigInt(epochMs));
  }
}

function runSoon(run: () => void | Promise<void>): Timer {
  let cancelled = false;
  queueMicrotask(() => {
    if (!cancelled) void run();
  });
  return {
    cancel: () => {
      cancelled = true;
    },
  };
}

function validTime(date: Date, what: string): number {
  const ms = date.getTime();
  if (Number.isNaN(ms)) throw new RangeError(`The ${what} is not a valid date: give an ISO 8601 timestamp.`);
  return ms;
}
