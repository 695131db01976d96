import { DynamoDbCatchUpJobs } from '../adapters/dynamodb/catch-up-jobs.ts';
import { documentClient } from '../adapters/dynamodb/client.ts';
import { DynamoDbEvidenceRecords } from '../adapters/dynamodb/evidence-records.ts';
import { DynamoDbSubjects } from '../adapters/dynamodb/subjects.ts';
import { LambdaCatchUps } from '../adapters/lambda/catch-ups.ts';
import { LambdaEnforcer } from '../adapters/lambda/enforcer.ts';
import { LambdaProofs } from '../adapters/lambda/proofs.ts';
import { deployedSettings } from '../adapters/runtime/deployed-settings.ts';
import { systemClock as clock, systemSleep as sleep } from '../adapters/runtime/system-time.ts';
import { StepFunctionsWorkflows } from '../adapters/step-functions/workflows.ts';
import type { Environment } from '../contracts/environment.ts';
import type { WorkflowName } from '../domain/control/workflow-name.ts';
import type { EvaluateDeps } from '../use-cases/deciding/evaluate-subject.ts';

/** What both entry points that evaluate, the stream's and the sweep's, are made of. */
export function evaluateDeps(environment: Environment<'evaluate'>, bundleUrl: string): EvaluateDeps {
  const machines = {
    ...principalMachines(environment),
    halt: environment.HALT_MACHINE_ARN,
    resume: environment.RESUME_MACHINE_ARN,
  };
  const jobs = new DynamoDbCatchUpJobs(documentClient(), environment.BUDGETS_TABLE);
  const catchUps = new LambdaCatchUps(jobs, environment.CATCH_UP_FUNCTION);
  const evidence = new DynamoDbEvidenceRecords(documentClient(), environment.BUDGETS_TABLE);
  const proofs = new LambdaProofs(evidence, environment.PROVE_FUNCTION);
  return { ...decidingDeps(environment, bundleUrl, machines, { wait: false }), catchUps, proofs };
}

/** enforce-everyone decides about principals only, and waits for IAM, so that its pace is IAM's. */
export function enforceEveryoneDeps(
  environment: Environment<'enforce-everyone'>,
  bundleUrl: string,
): EvaluateDeps {
  return decidingDeps(environment, bundleUrl, principalMachines(environment), { wait: true });
}

const principalMachines = (environment: Environment<'enforce-everyone'>) => ({
  suspension: environment.SUSPENSION_MACHINE_ARN,
  restoration: environment.RESTORATION_MACHINE_ARN,
});

function decidingDeps(
  environment: Environment<'enforce-everyone'>,
  bundleUrl: string,
  machines: Partial<Record<WorkflowName, string>>,
  enforcing: { readonly wait: boolean },
): EvaluateDeps {
  const { BUDGETS_TABLE: budgets, ALERTS_TABLE: alerts } = environment;
  return {
    subjects: new DynamoDbSubjects(documentClient(), { budgets, alerts }, clock, sleep),
    workflows: new StepFunctionsWorkflows(machines),
    enforcer: new LambdaEnforcer(environment.ENFORCER_FUNCTION, enforcing),
    settings: deployedSettings(bundleUrl),
    clock,
  };
}
