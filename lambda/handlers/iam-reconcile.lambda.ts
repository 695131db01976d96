import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { documentClient } from '../adapters/dynamodb/client.ts';
import { DynamoDbPrincipalStates } from '../adapters/dynamodb/principal-states.ts';
import { DynamoDbSubjects } from '../adapters/dynamodb/subjects.ts';
import { IamDenyCarriers } from '../adapters/iam/deny-carriers.ts';
import { LambdaEnforcer } from '../adapters/lambda/enforcer.ts';
import { deployedSettings } from '../adapters/runtime/deployed-settings.ts';
import { FunctionLogger } from '../adapters/runtime/function-logger.ts';
import { functionMetrics } from '../adapters/runtime/function-metrics.ts';
import { systemClock as clock, systemSleep as sleep } from '../adapters/runtime/system-time.ts';
import { readEnvironment } from '../contracts/environment.ts';
import { reconcileMetrics } from '../contracts/metrics.ts';
import { modeOf, teamOf } from '../domain/control/subject.ts';
import { reconcileDenies } from '../use-cases/iam-watch/reconcile-denies.ts';
import { denyPoliciesOf } from './deny-policies.ts';

const environment = readEnvironment('iam-reconcile', process.env);
const logger = new FunctionLogger('iam-reconcile');
const metrics = functionMetrics(environment.STAGE, 'iam-reconcile');
const { BUDGETS_TABLE: budgets } = environment;
const settings = deployedSettings(import.meta.url);
const client = documentClient();
const subjects = new DynamoDbSubjects(client, { budgets }, clock, sleep);
const states = new DynamoDbPrincipalStates(client, budgets, subjects, sleep);
const carriers = new IamDenyCarriers();
const enforcer = new LambdaEnforcer(environment.ENFORCER_FUNCTION);
const policies = denyPoliciesOf(environment);
const enforces = (subject: string) => modeOf(subject, teamOf(subject, settings), settings) === 'enforce';

export const handler = logger.handling(async (): Promise<void> => {
  const found = await reconcileDenies({ subjects, states, carriers, policies, enforcer, enforces, clock });
  const { repairs, unknown, ...counts } = found;
  metrics.addMetric(reconcileMetrics.repairs, MetricUnit.Count, repairs.length);
  metrics.addMetric(reconcileMetrics.unknown, MetricUnit.Count, unknown.length);
  metrics.publishStoredMetrics();
  const say = repairs.length + unknown.length > 0 ? logger.warn : logger.info;
  say.call(logger, 'IAM was compared with the holds.', {
    ...counts,
    repairs: repairs.slice(0, 100),
    unknown: unknown.slice(0, 100),
  });
});
