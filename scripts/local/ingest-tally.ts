import { ignoredMetrics, ingestMetrics, metricNamespace } from '../../lambda/contracts/metrics.ts';
import { addMetrics, emittedMetrics, type MetricSums } from './emitted-metrics.ts';

/**
 * What the functions' metrics come to when each input line is to count once. CloudWatch would add up the attempts: a
 * batch that fails half-way and goes again counts its first half as posted, then as duplicates.
 */
export class IngestTally {
  #sums: MetricSums = {};

  sums(): MetricSums {
    return this.#sums;
  }

  /** Adds what one invocation emitted. */
  add(output: string): void {
    this.#sums = addMetrics(this.#sums, emittedMetrics(output, metricNamespace));
  }

  /** Takes back what an attempt counted that will be made again: only what it posted stays, and is no duplicate then. */
  retried(output: string): void {
    const emitted = emittedMetrics(output, metricNamespace);
    const { posted, unpriced, duplicates, quarantined } = ingestMetrics;
    const judgedAgain: readonly string[] = [duplicates, quarantined, ...Object.values(ignoredMetrics)];
    const correction: Record<string, number> = {};
    for (const [name, value] of Object.entries(emitted)) {
      if (name === posted || name === unpriced) {
        correction[duplicates] = (correction[duplicates] ?? 0) - value;
      } else if (judgedAgain.includes(name)) {
        correction[name] = (correction[name] ?? 0) - value;
      }
    }
    this.#sums = addMetrics(this.#sums, correction);
  }
}
