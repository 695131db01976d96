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
import type { Enforcement, EnforceTask } from '../contracts/workflows.ts';
import { enforce, enforceAlone } from '../use-cases/enforce.ts';

const environment = readEnvironment('enforcer', process.env);
const settings = deployedSettings(import.meta.url);
const subjects = new DynamoDbSubjects(documentClient(), { budgets: environment.BUDGETS_TABLE }, clock, sleep);
const iam = new IamDenies({ halt: environment.HALT_POLICY_ARN, economy: environment.ECONOMY_POLICY_ARN });
const logger = new Logger({ serviceName: 'enforcer' });
const metrics = new Metrics({ namespace: metricNamespace, serviceName: 'enforcer' });

export const handler = async (task: EnforceTask, { awsRequestId: holder }: Context): Promise<Enforcement> => {
  let enforcement: Enforcement | undefined;
  try {
    const run = task.alone ? enforceAlone : enforce;
    enforcement = await run(task, { subjects, settings, iam, clock, sleep, holder });
    logger.info('IAM matches.', { principal: task.subject, enforcement });
    return enforcement;
  } finally {
    if (enforcement?.outcome !== 'matched') {
      metrics.addMetric(controlMetrics.enforcementFailures, MetricUnit.Count, 1);
      metrics.publishStoredMetrics();
    }
  }
};
