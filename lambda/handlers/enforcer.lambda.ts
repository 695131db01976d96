import { deployedSettings } from '../adapters/deployed-settings.ts';
import { IamApiKeys } from '../adapters/iam-api-keys.ts';
import { IamDenies } from '../adapters/iam-denies.ts';
import { IamPrincipals } from '../adapters/iam-principals.ts';
import { LambdaFence } from '../adapters/lambda-fence.ts';
import { systemSleep as sleep } from '../adapters/system-time.ts';
import { readEnvironment } from '../contracts/environment.ts';
import { matchIam } from '../use-cases/match-iam.ts';
import { createEnforcing } from './enforcing.ts';

const environment = readEnvironment('enforcer', process.env);
const policies = {
  halt: environment.HALT_POLICY_ARN,
  economy: environment.ECONOMY_POLICY_ARN,
  'no-premium': environment.NO_PREMIUM_POLICY_ARN,
};
const iam = new IamDenies(policies, environment.PROBED_MODEL_ARN);
const settings = deployedSettings(import.meta.url);
const fence = new LambdaFence(environment.FENCE_FUNCTION);

const enforcing = createEnforcing({
  fn: 'enforcer',
  stage: environment.STAGE,
  budgetsTable: environment.BUDGETS_TABLE,
  settings,
  reach: () => ({
    principals: new IamPrincipals(),
    apiKeys: new IamApiKeys(),
    carry: async (target, step) =>
      target.type === 'session' ? false : matchIam(target, step, { iam, sleep }),
  }),
});

/** Sessions are another function's: this one's role can author no policy text. */
export const handler: typeof enforcing = (task, context) =>
  fence.guards(task.subject, settings) ? fence.enforce(task) : enforcing(task, context);
