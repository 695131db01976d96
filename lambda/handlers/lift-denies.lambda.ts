import { Logger } from '@aws-lambda-powertools/logger';
import { answerCloudFormation } from '../adapters/cloudformation-answer.ts';
import { IamDenyCarriers } from '../adapters/iam-deny-carriers.ts';
import { SfnRunningExecutions } from '../adapters/running-executions.ts';
import { systemSleep as sleep } from '../adapters/system-time.ts';
import { policyVariables, readEnvironment } from '../contracts/environment.ts';
import { createCustomResource } from './custom-resource.ts';
import { liftDeniesActions } from './lift-denies.ts';

const environment = readEnvironment('lift-denies', process.env);
const logger = new Logger({ serviceName: 'lift-denies' });

export const handler = createCustomResource({
  actions: liftDeniesActions({
    carriers: new IamDenyCarriers(),
    executions: new SfnRunningExecutions(),
    policyArns: policyVariables.map((name) => environment[name]),
    sleep,
  }),
  answer: (url, response) => answerCloudFormation(url, response, sleep),
  report: (what, error) =>
    error ? logger.error(what.sentence, { ...what, error }) : logger.info(what.sentence, what),
});
