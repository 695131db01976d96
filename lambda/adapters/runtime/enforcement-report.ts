import type { Logger } from '@aws-lambda-powertools/logger';
import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { aboutSubject, type LogKeys } from '../../contracts/log-keys.ts';
import { controlMetrics, enforcementMetrics } from '../../contracts/metrics.ts';
import type { Enforcement, EnforceTask } from '../../contracts/workflows.ts';
import type { EnforcementDelay } from '../../domain/control/enforcement-delay.ts';
import { errorNames } from '../../domain/control/hold-task.ts';
import type { SubjectState } from '../../domain/control/state.ts';

/** Another enforcer is at work, or enforcement is paused: neither is a failure. */
const passing: readonly string[] = [errorNames.fenceBusy, errorNames.leaseHeld, errorNames.paused];

/** Says what became of one task of the enforcer, in its log and in its metrics. */
export class EnforcementReport {
  readonly #logger: Logger;
  readonly #metrics: Metrics;
  readonly #about: LogKeys;

  /** @param before what was found of the subject: it tells which workflow waits for the enforcer */
  constructor(
    task: EnforceTask,
    before: SubjectState | undefined,
    { logger, metrics }: { readonly logger: Logger; readonly metrics: Metrics },
  ) {
    this.#logger = logger;
    this.#metrics = metrics;
    const [pending] = task.alone ? [] : Object.values(before?.pending ?? {});
    this.#about = aboutSubject(task.subject, { window: pending?.window, execution: pending?.execution });
  }

  /** @param delay undefined where IAM did not have to change */
  ended(enforcement: Enforcement | undefined, delay: EnforcementDelay | undefined): void {
    this.#logger.info(sentenceOf(enforcement), { ...this.#about, enforcement });
    if (enforcement?.outcome === 'unenforceable') this.#countFailure();
    if (delay === undefined) return;
    const name = enforcementMetrics[delay.kind === 'deny' ? 'denySeconds' : 'releaseSeconds'];
    this.#metrics.addMetric(name, MetricUnit.Seconds, delay.ms / 1000);
    this.#metrics.publishStoredMetrics();
  }

  failed(error: Error): void {
    if (passing.includes(error.name)) return;
    this.#logger.error('IAM could not be made to match.', { ...this.#about, error });
    this.#countFailure();
  }

  #countFailure(): void {
    this.#metrics.addMetric(controlMetrics.enforcementFailures, MetricUnit.Count, 1);
    this.#metrics.publishStoredMetrics();
  }
}

function sentenceOf(enforcement: Enforcement | undefined): string {
  if (enforcement === undefined) return 'Enforcement is paused, or another enforcer is at it.';
  return enforcement.outcome === 'matched' ? 'IAM matches.' : 'Nothing of ours can bite.';
}
