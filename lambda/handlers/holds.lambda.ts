import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { deployedSettings } from '../adapters/deployed-settings.ts';
import { documentClient } from '../adapters/dynamodb/client.ts';
import { DynamoDbSubjects } from '../adapters/dynamodb/subjects.ts';
import { systemClock as clock, systemSleep as sleep } from '../adapters/system-time.ts';
import { readEnvironment } from '../contracts/environment.ts';
import { accessMetrics, metricNamespace } from '../contracts/metrics.ts';
import type { HoldTask } from '../contracts/workflows.ts';
import { holdStep } from '../use-cases/hold-steps.ts';

const { BUDGETS_TABLE: budgets, ALERTS_TABLE: alerts } = readEnvironment('holds', process.env);
const settings = deployedSettings(import.meta.url);
const subjects = new DynamoDbSubjects(documentClient(), { budgets, alerts }, clock, sleep);
const logger = new Logger({ serviceName: 'holds' });
const metrics = new Metrics({ namespace: metricNamespace, serviceName: 'holds' });

export const handler = async (task: HoldTask) => {
  const { step, execution, input } = task;
  logger.info('Workflow step.', { step, execution, principal: input.subject, window: input.window });
  const answer = await holdStep(task, { subjects, settings, clock });
  if (step === 'report-suspension' || step === 'report-release') {
    metrics.addMetric(accessMetrics[step], MetricUnit.Count, 1);
    metrics.publishStoredMetrics();
  }
  return answer;
};
