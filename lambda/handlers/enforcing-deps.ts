import type { Context } from 'aws-lambda';
import { documentClient } from '../adapters/dynamodb/client.ts';
import { DynamoDbSubjects } from '../adapters/dynamodb/subjects.ts';
import { EnforcementReport } from '../adapters/runtime/enforcement-report.ts';
import { FunctionLogger } from '../adapters/runtime/function-logger.ts';
import { functionMetrics } from '../adapters/runtime/function-metrics.ts';
import { systemClock as clock, systemSleep as sleep } from '../adapters/runtime/system-time.ts';
import type { Enforcement, EnforceTask } from '../contracts/workflows.ts';
import { enforcementDelay } from '../domain/control/enforcement-delay.ts';
import type { Settings } from '../domain/settings.ts';
import { type EnforceDeps, enforce, enforceAlone } from '../use-cases/enforcement/enforce.ts';

export interface Enforcing {
  readonly fn: 'enforcer' | 'fence';
  readonly stage: string;
  readonly budgetsTable: string;
  readonly settings: Settings;
  /** What this function may reach in IAM. */
  readonly reach: (
    subjects: DynamoDbSubjects,
    holder: string,
  ) => Pick<EnforceDeps, 'principals' | 'carry' | 'apiKeys'>;
}

/** The handler of both functions that make IAM match: they differ in what they may reach. */
export function createEnforcing({ fn, stage, budgetsTable, settings, reach }: Enforcing) {
  const subjects = new DynamoDbSubjects(documentClient(), { budgets: budgetsTable }, clock, sleep);
  const logger = new FunctionLogger(fn);
  const metrics = functionMetrics(stage, fn);
  return logger.handling(
    async (task: EnforceTask, { awsRequestId: holder }: Context): Promise<Enforcement | undefined> => {
      const deps = { subjects, settings, clock, holder, ...reach(subjects, holder) };
      // What was decided, and when: what the enforcer records clears it.
      const before = await subjects.state(task.subject);
      const report = new EnforcementReport(task, before, { logger, metrics });
      try {
        const enforcement = await (task.alone ? enforceAlone(task, deps) : enforce(task, deps));
        report.ended(enforcement, enforcementDelay(before, enforcement, settings.graceSeconds, clock()));
        return enforcement;
      } catch (error) {
        report.failed(error as Error);
        throw error;
      }
    },
  );
}
