import { Logger } from '@aws-lambda-powertools/logger';
import { documentClient } from '../adapters/dynamodb/client.ts';
import { DynamoDbSubjects } from '../adapters/dynamodb/subjects.ts';
import { IamApiKeys } from '../adapters/iam/api-keys.ts';
import { IamDenyCarriers } from '../adapters/iam/deny-carriers.ts';
import { IamFence } from '../adapters/iam/fence.ts';
import { IamSwitchPolicy } from '../adapters/iam/switch-policy.ts';
import { answerCloudFormation } from '../adapters/runtime/cloudformation-answer.ts';
import { deployedSettings } from '../adapters/runtime/deployed-settings.ts';
import { systemSleep as sleep, systemClock } from '../adapters/runtime/system-time.ts';
import { SfnRunningExecutions } from '../adapters/step-functions/running-executions.ts';
import { policyVariables, readEnvironment } from '../contracts/environment.ts';
import { switchTextsFor } from '../domain/deny-policies/switch-policy.ts';
import { fencedRolesOf } from '../domain/settings.ts';
import { fencesOn, keysSwitchedOff, switchAuthored } from '../use-cases/removal/what-to-lift.ts';
import { createCustomResource } from './custom-resource.ts';
import { switchPolicyOf } from './deny-policies.ts';
import { liftDeniesActions } from './lift-denies.ts';

const environment = readEnvironment('lift-denies', process.env);
const settings = deployedSettings(import.meta.url);
const switchPolicy = switchPolicyOf(environment, settings);
const subjects = new DynamoDbSubjects(
  documentClient(),
  { budgets: environment.BUDGETS_TABLE },
  systemClock,
  sleep,
);
const logger = new Logger({ serviceName: 'lift-denies' });

export const handler = createCustomResource({
  actions: liftDeniesActions({
    carriers: new IamDenyCarriers(),
    executions: new SfnRunningExecutions(),
    policyArns: [...policyVariables.map((name) => environment[name]), ...[switchPolicy ?? []].flat()],
    others: [
      fencesOn(fencedRolesOf(settings), new IamFence(environment.FENCE_POLICY_NAME)),
      keysSwitchedOff(new IamApiKeys(), subjects),
      ...[switchPolicy ?? []]
        .flat()
        .map((arn) => switchAuthored(new IamSwitchPolicy(arn), switchTextsFor(arn))),
    ],
    sleep,
  }),
  sleep,
  answer: (url, response) => answerCloudFormation(url, response, sleep),
  report: (what, error) =>
    error ? logger.error(what.sentence, { ...what, error }) : logger.info(what.sentence, what),
});
