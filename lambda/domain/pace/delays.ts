/** Seconds between a call and the moment a deny takes effect; spending in between cannot be stopped. */
export interface Delays {
  /** From the start of a call until its record can be read. */
  readonly logSeconds: number;
  /** From the record until IAM is asked: post, decide, workflow. */
  readonly processingSeconds: number;
  /** From IAM's answer until Bedrock refuses. */
  readonly iamSeconds: number;
  /** What the stage grants on top. */
  readonly graceSeconds: number;
  /** How long a call runs: as many as start meanwhile are under way at once. */
  readonly requestSeconds: number;
}

/**
 * Upper ends of what was measured. CloudWatch Logs: 3.5 to 14.6 s after the start of a call, median 10.1 s, over 23
 * records. IAM: 3 to 4 s, one third-party measurement; AWS promises no bound for either.
 */
export const measuredDelays: Delays = {
  logSeconds: 15,
  processingSeconds: 5,
  iamSeconds: 4,
  graceSeconds: 0,
  requestSeconds: 10,
};
