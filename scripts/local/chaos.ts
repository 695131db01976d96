/** Faults in a row that one caller meets at most: every retry policy has to get past that. */
const longestStreak = 3;

export type Fault = 'throttle' | 'conflict' | 'lost-response';

/** Shares of calls or deliveries, 0 to 1. */
export interface BadDayRates {
  readonly throttle: number;
  readonly conflict: number;
  readonly lostResponse: number;
  readonly duplicateDelivery: number;
  readonly reorder: number;
}

const usualRates: BadDayRates = {
  throttle: 0.02,
  conflict: 0.03,
  lostResponse: 0.01,
  duplicateDelivery: 0.1,
  reorder: 0.3,
};

/** What AWS may do on a bad day: throttle, lose an answer after the work was done, deliver twice or out of order. */
export interface Chaos {
  /** The fault that this call meets, if any. */
  faultFor(caller: string, call: { readonly service: string; readonly operation: string }): Fault | undefined;
  /** Does this invocation die before it has done anything? @default it does not */
  dies?(functionName: string): boolean;
  /** Is this batch delivered once more? */
  duplicates(): boolean;
  /** The same items, perhaps in another order. */
  reordered<T>(items: readonly T[]): T[];
  /** After how many further reads an IAM change shows. */
  visibilityDelay(): number;
}

export const noChaos: Chaos = {
  faultFor: () => undefined,
  duplicates: () => false,
  reordered: (items) => [...items],
  visibilityDelay: () => 0,
};

/** Mulberry32: small, and the same on every machine. @returns numbers in [0, 1) */
export function chaosRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Without Publish: a message that goes out twice is SNS's promise kept, and tells nothing about the caller. */
const writes = /^(Put|Update|Delete|BatchWrite|TransactWrite|Execute|Attach|Detach|Start|Send|Invoke)/;

/** Bad days drawn from a seed: the same seed and calls meet the same faults. */
export class SeededChaos implements Chaos {
  readonly #random: () => number;
  readonly #rates: BadDayRates;
  readonly #streaks = new Map<string, number>();

  constructor(seed: number, rates: Partial<BadDayRates> = {}) {
    this.#random = chaosRandom(seed);
    this.#rates = { ...usualRates, ...rates };
  }

  faultFor(
    caller: string,
    { service, operation }: { service: string; operation: string },
  ): Fault | undefined {
    const fault = this.#draw(service, operation);
    const streak = fault ? (this.#streaks.get(caller) ?? 0) + 1 : 0;
    if (streak > longestStreak) {
      this.#streaks.set(caller, 0);
      return undefined;
    }
    this.#streaks.set(caller, streak);
    return fault;
  }

  duplicates(): boolean {
    return this.#random() < this.#rates.duplicateDelivery;
  }

  reordered<T>(items: readonly T[]): T[] {
    const result = [...items];
    if (this.#random() >= this.#rates.reorder) return result;
    for (let last = result.length - 1; last > 0; last -= 1) {
      const other = Math.floor(this.#random() * (last + 1));
      [result[last], result[other]] = [result[other] as T, result[last] as T];
    }
    return result;
  }

  visibilityDelay(): number {
    return this.#random() < 0.3 ? 1 + Math.floor(this.#random() * 2) : 0;
  }

  #draw(service: string, operation: string): Fault | undefined {
    const draw = this.#random();
    if (!['dynamodb', 'states', 'iam', 'sns', 'lambda', 'bedrock'].includes(service)) return undefined;
    if (draw < this.#rates.throttle) return 'throttle';
    if (draw < this.#rates.throttle + this.#rates.lostResponse) {
      return writes.test(operation) ? 'lost-response' : undefined;
    }
    const conflict = this.#rates.throttle + this.#rates.lostResponse + this.#rates.conflict;
    return operation === 'TransactWriteItems' && draw < conflict ? 'conflict' : undefined;
  }
}
