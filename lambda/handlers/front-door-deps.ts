import { documentClient } from '../adapters/dynamodb/client.ts';
import { DynamoDbOverrideRecords } from '../adapters/dynamodb/override-records.ts';
import { deployedSettings } from '../adapters/runtime/deployed-settings.ts';
import { systemClock as clock } from '../adapters/runtime/system-time.ts';
import { StepFunctionsOverrides } from '../adapters/step-functions/override-machine.ts';
import { randomExecutionName } from '../adapters/step-functions/random-name.ts';
import type { Environment } from '../contracts/environment.ts';
import type { FrontDoorDeps } from '../use-cases/overrides/front-door.ts';

/** What both doors, for orders and for approvals, are made of; their roles differ. */
export function frontDoorDeps(environment: Environment<'front-door'>, bundleUrl: string): FrontDoorDeps {
  return {
    records: new DynamoDbOverrideRecords(documentClient(), environment.BUDGETS_TABLE, clock),
    machine: new StepFunctionsOverrides(environment.OVERRIDE_MACHINE_ARN),
    settings: deployedSettings(bundleUrl),
    newExecution: randomExecutionName,
  };
}
