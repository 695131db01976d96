import type { Clock } from '../../use-cases/ports/time.ts';

/** Metering waits so long for what others know, and no longer. */
const patienceMs = 3_000;
/** A service that was too slow is left alone for so long: 3 s in a minute is what it may cost at worst. */
const restMs = 60_000;
/** Control planes are slow and shared by the whole account. */
const atOnce = 5;

/** Rounds of look-ups at one service, each of a few seconds at most. */
export class LookUps {
  readonly #clock: Clock;
  #restsUntil = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** One round; `signal` ends its requests. After one that ended so there is none for a minute. */
  async round(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    if (this.#clock().getTime() < this.#restsUntil) return;
    const signal = AbortSignal.timeout(patienceMs);
    await work(signal);
    if (signal.aborted) this.#restsUntil = this.#clock().getTime() + restMs;
  }
}

/** Does `work` for each item, a few at a time, and begins no more once the signal is given. */
export async function lookUpEach<T>(
  items: readonly T[],
  signal: AbortSignal,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = [...items];
  const hand = async () => {
    for (let item = waiting.shift(); item !== undefined && !signal.aborted; item = waiting.shift()) {
      await work(item);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, hand));
}
