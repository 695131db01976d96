import { documentClient } from '../adapters/dynamodb/client.ts';
import { DynamoDbFencedSessions } from '../adapters/dynamodb/fenced-sessions.ts';
import { IamFence } from '../adapters/iam/fence.ts';
import { IamPrincipals } from '../adapters/iam/principals.ts';
import { deployedSettings } from '../adapters/runtime/deployed-settings.ts';
import { systemSleep as sleep } from '../adapters/runtime/system-time.ts';
import { readEnvironment } from '../contracts/environment.ts';
import { sessionDenyTexts } from '../domain/deny-policies/deny-texts.ts';
import { priceBook } from '../domain/pricing/price-book.ts';
import { fenceSession } from '../use-cases/enforcement/fence-session.ts';
import { UnenforceableError } from '../use-cases/ports/iam.ts';
import { createEnforcing } from './enforcing-deps.ts';

const environment = readEnvironment('fence', process.env);
const principals = new IamPrincipals();
const fence = new IamFence(environment.FENCE_POLICY_NAME);
const fenced = new DynamoDbFencedSessions(documentClient(), environment.BUDGETS_TABLE);
const texts = sessionDenyTexts(priceBook, environment.PARTITION, environment.ACCOUNT);
const settings = deployedSettings(import.meta.url);
const spares = (role: string) => settings.breakGlass.includes(`role/${role}`);

export const handler = createEnforcing({
  fn: 'fence',
  stage: environment.STAGE,
  budgetsTable: environment.BUDGETS_TABLE,
  settings,
  reach: (subjects, holder) => ({
    principals,
    carry: async (target, level) => {
      if (target.type !== 'session')
        throw new UnenforceableError(`The fence holds sessions only, not ${target.name}.`);
      const deps = { principals, fence, fenced, subjects, texts, spares, holder, sleep };
      return fenceSession({ role: target.name, session: target.session }, level, deps);
    },
  }),
});
