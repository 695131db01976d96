import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { documentClient } from '../adapters/dynamodb/client.ts';
import { DynamoDbSubjects } from '../adapters/dynamodb/subjects.ts';
import { deployedSettings } from '../adapters/runtime/deployed-settings.ts';
import { FunctionLogger } from '../adapters/runtime/function-logger.ts';
import { functionMetrics } from '../adapters/runtime/function-metrics.ts';
import { systemClock as clock, systemSleep as sleep } from '../adapters/runtime/system-time.ts';
import { readEnvironment } from '../contracts/environment.ts';
import { aboutSubject } from '../contracts/log-keys.ts';
import { accessMetrics } from '../contracts/metrics.ts';
import type { HoldTask } from '../domain/control/hold-task.ts';
import { takeWorkflowStep } from '../use-cases/deciding/workflow-steps.ts';

const { STAGE, BUDGETS_TABLE: budgets, ALERTS_TABLE: alerts } = readEnvironment('holds', process.env);
const settings = deployedSettings(import.meta.url);
const subjects = new DynamoDbSubjects(documentClient(), { budgets, alerts }, clock, sleep);
const logger = new FunctionLogger('holds');
const metrics = functionMetrics(STAGE, 'holds');

export const handler = logger.handling(async (task: HoldTask) => {
  const { step, execution, input } = task;
  logger.info('Workflow step.', {
    step,
    ...aboutSubject(input.subject, { execution, window: input.window }),
  });
  const answer = await takeWorkflowStep(task, { subjects, settings, clock });
  if (step === 'report-suspension' || step === 'report-release') {
    metrics.addMetric(accessMetrics[step], MetricUnit.Count, 1);
    metrics.publishStoredMetrics();
  }
  return answer;
});
