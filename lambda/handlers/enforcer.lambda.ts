import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import { deployedSettings } from '../adapters/deployed-settings.ts';
import { documentClient } from '../adapters/dynamodb/client.ts';
import { DynamoDbSubjects } from '../adapters/dynamodb/subjects.ts';
import { IamDenies } from '../adapters/iam-denies.ts';
import { systemClock as clock, systemSleep as sleep } from '../adapters/system-time.ts';
import { readEnvironment } from '../contracts/environment.ts';
import { controlMetrics, metricNamespace } from '../contracts/metrics.ts';
import { type Enforcement, type EnforceTask, errorNames } from '../contracts/workflows.ts';
import { enforce, enforceAlone } from '../use-cases/enforce.ts';

const environment = readEnvironment('enforcer', process.env);
const settings = deployedSettings(import.meta.url);
const subjects = new DynamoDbSubjects(documentClient(), { budgets: environment.BUDGETS_TABLE }, clock, sleep);
const iam = new IamDenies({ halt: environment.HALT_POLICY_ARN, economy: environment.ECONOMY_POLICY_ARN });
const logger = new Logger({ serviceName: 'enforcer' });
const metrics = new Metrics({ namespace: metricNamespace, serviceName: 'enforcer' });

export const handler = async (
  task: EnforceTask,
  { awsRequestId: holder }: Context,
): Promise<Enforcement | undefined> => {
  const deps = { subjects, settings, iam, clock, sleep, holder };
  try {
    const enforcement = await (task.alone ? enforceAlone(task, deps) : enforce(task, deps));
    logger.info(enforcement ? 'IAM matches.' : 'Enforcement is paused.', {
      principal: task.subject,
      enforcement,
    });
    if (enforcement?.outcome === 'unenforceable') count();
    return enforcement;
  } catch (error) {
    // Someone else is at it, or the robot is stopped: neither is a failure.
    const passing: readonly string[] = [errorNames.leaseHeld, errorNames.paused];
    if (!(error instanceof Error && passing.includes(error.name))) count();
    throw error;
  }
};

function count(): void {
  metrics.addMetric(controlMetrics.enforcementFailures, MetricUnit.Count, 1);
  metrics.publishStoredMetrics();
}
