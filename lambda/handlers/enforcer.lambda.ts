import { IamApiKeys } from '../adapters/iam/api-keys.ts';
import { IamDenies } from '../adapters/iam/denies.ts';
import { IamPrincipals } from '../adapters/iam/principals.ts';
import { LambdaFence } from '../adapters/lambda/fence.ts';
import { LambdaJobs } from '../adapters/lambda/jobs.ts';
import { deployedSettings } from '../adapters/runtime/deployed-settings.ts';
import { FunctionLogger } from '../adapters/runtime/function-logger.ts';
import { systemSleep as sleep } from '../adapters/runtime/system-time.ts';
import { readEnvironment } from '../contracts/environment.ts';
import { matchIam } from '../use-cases/enforcement/match-iam.ts';
import { respectAdmins } from '../use-cases/enforcement/respect-admins.ts';
import { denyPoliciesOf, switchPolicyOf } from './deny-policies.ts';
import { createEnforcing } from './enforcing-deps.ts';

const environment = readEnvironment('enforcer', process.env);
const settings = deployedSettings(import.meta.url);
const switchPolicy = switchPolicyOf(environment, settings);
const iam = new IamDenies(denyPoliciesOf(environment), environment.PROBED_MODEL_ARN, switchPolicy);
const fence = new LambdaFence(environment.FENCE_FUNCTION);

const jobs = new LambdaJobs(environment.JOBS_FUNCTION, new FunctionLogger('enforcer').unanswered);

const enforcing = createEnforcing({
  fn: 'enforcer',
  stage: environment.STAGE,
  budgetsTable: environment.BUDGETS_TABLE,
  settings,
  reach: (subjects) => ({
    principals: new IamPrincipals(),
    apiKeys: new IamApiKeys(),
    carry: respectAdmins({
      subjects,
      attached: (target) => iam.attached(target),
      carry: async (target, level) =>
        target.type === 'session' ? false : matchIam(target, level, { iam, sleep }),
    }),
  }),
});

/** Sessions are another function's: this one's role can author no policy text. */
export const handler: typeof enforcing = async (task, context) => {
  const fenced = fence.guards(task.subject, settings);
  const enforcement = await (fenced ? fence.enforce(task) : enforcing(task, context));
  await jobs.stopAfter(enforcement, task.subject);
  return enforcement;
};
