import { deployedSettings } from '../adapters/deployed-settings.ts';
import { documentClient } from '../adapters/dynamodb/client.ts';
import { DynamoDbSubjects } from '../adapters/dynamodb/subjects.ts';
import { EnforcementReport } from '../adapters/enforcement-report.ts';
import { FunctionLogger } from '../adapters/function-logger.ts';
import { functionMetrics } from '../adapters/function-metrics.ts';
import { IamDenies } from '../adapters/iam-denies.ts';
import { systemClock as clock, systemSleep as sleep } from '../adapters/system-time.ts';
import { readEnvironment } from '../contracts/environment.ts';
import type { Enforcement, EnforceTask } from '../contracts/workflows.ts';
import { enforcementDelay } from '../domain/control/enforcement-delay.ts';
import { enforce, enforceAlone } from '../use-cases/enforce.ts';

const environment = readEnvironment('enforcer', process.env);
const settings = deployedSettings(import.meta.url);
const subjects = new DynamoDbSubjects(documentClient(), { budgets: environment.BUDGETS_TABLE }, clock, sleep);
const iam = new IamDenies({
  halt: environment.HALT_POLICY_ARN,
  economy: environment.ECONOMY_POLICY_ARN,
  'no-premium': environment.NO_PREMIUM_POLICY_ARN,
});
const logger = new FunctionLogger('enforcer');
const metrics = functionMetrics(environment.STAGE, 'enforcer');

export const handler = logger.handling(
  async (task: EnforceTask, { awsRequestId: holder }): Promise<Enforcement | undefined> => {
    const deps = { subjects, settings, iam, clock, sleep, holder };
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
