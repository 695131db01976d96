/** Delays of one simulated run, in seconds. */
export interface DrawnDelays {
  readonly log: () => number;
  /** Record to balance to decision. */
  readonly decide: () => number;
  /** Decision to the attach call. */
  readonly attach: () => number;
  /** IAM's answer to Bedrock's refusal. */
  readonly propagate: () => number;
}

/**
 * Record delay: least, median and most of 23 records measured, straight lines between. IAM: 3 to 4 s measured. Our own
 * parts (1 to 3 s to post and decide, 1 to 2 s for the workflow) are assumptions on the slow side of what runs show.
 */
export function drawDelays(random: () => number, slowness: number): DrawnDelays {
  const between = (from: number, to: number) => from + (to - from) * random();
  return {
    log: () => slowness * (random() < 0.5 ? between(3.5, 10.1) : between(10.1, 14.6)),
    decide: () => between(1, 3),
    attach: () => between(1, 2),
    propagate: () => between(3, 4),
  };
}
