import { deployedSettings } from '../adapters/deployed-settings.ts';
import { documentClient } from '../adapters/dynamodb/client.ts';
import { DynamoDbSubjects } from '../adapters/dynamodb/subjects.ts';
import { LambdaEnforcer } from '../adapters/lambda-enforcer.ts';
import { StepFunctionsWorkflows } from '../adapters/step-functions-workflows.ts';
import { systemClock as clock, systemSleep as sleep } from '../adapters/system-time.ts';
import type { Environment } from '../contracts/environment.ts';
import type { EvaluateDeps } from '../use-cases/evaluate-subject.ts';

/** What both entry points that evaluate, the stream's and the sweep's, are made of. */
export function evaluateDeps(environment: Environment<'evaluate'>, bundleUrl: string): EvaluateDeps {
  const { BUDGETS_TABLE: budgets, ALERTS_TABLE: alerts } = environment;
  return {
    subjects: new DynamoDbSubjects(documentClient(), { budgets, alerts }, clock, sleep),
    workflows: new StepFunctionsWorkflows({
      suspension: environment.SUSPENSION_MACHINE_ARN,
      restoration: environment.RESTORATION_MACHINE_ARN,
    }),
    enforcer: new LambdaEnforcer(environment.ENFORCER_FUNCTION),
    settings: deployedSettings(bundleUrl),
    clock,
  };
}
