import { documentClient } from '../adapters/dynamodb/client.ts';
import { DynamoDbPrincipals } from '../adapters/dynamodb/principals.ts';
import { DynamoDbSubjects } from '../adapters/dynamodb/subjects.ts';
import { AwsIamDirectory } from '../adapters/iam/directory.ts';
import { LambdaEnforcer } from '../adapters/lambda/enforcer.ts';
import { deployedSettings } from '../adapters/runtime/deployed-settings.ts';
import type { FunctionLogger } from '../adapters/runtime/function-logger.ts';
import { systemClock as clock, systemSleep as sleep } from '../adapters/runtime/system-time.ts';
import type { Environment } from '../contracts/environment.ts';
import { denyPoliciesOf, switchPolicyOf } from './deny-policies.ts';
import type { IamEventsDeps } from './iam-events.ts';

/** What the answer to one event is made of: directory and registry remember, and here only what is true now counts. */
export function iamEventsDeps(
  environment: Environment<'iam-events'>,
  bundleUrl: string,
  logger: FunctionLogger,
): () => IamEventsDeps {
  const { BUDGETS_TABLE: budgets, ALERTS_TABLE: alerts } = environment;
  const client = documentClient();
  const settings = deployedSettings(bundleUrl);
  const lasting = {
    subjects: new DynamoDbSubjects(client, { budgets, alerts }, clock, sleep),
    enforcer: new LambdaEnforcer(environment.ENFORCER_FUNCTION),
    policies: denyPoliciesOf(environment),
    ownRoleArns: environment.OWN_ROLE_ARNS.split(','),
    switchPolicyArn: switchPolicyOf(environment, settings),
    settings,
    clock,
  };
  return () => ({
    ...lasting,
    registry: new DynamoDbPrincipals(client, budgets, clock, sleep),
    iam: new AwsIamDirectory(clock, logger.unanswered),
  });
}
