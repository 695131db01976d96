import type { Context } from 'aws-lambda';
import { documentClient } from '../adapters/dynamodb/client.ts';
import { DynamoDbPrincipalStates } from '../adapters/dynamodb/principal-states.ts';
import { DynamoDbSubjects } from '../adapters/dynamodb/subjects.ts';
import { IamDenyCarriers } from '../adapters/iam/deny-carriers.ts';
import { IamPrincipals } from '../adapters/iam/principals.ts';
import { IamSwitchPolicy } from '../adapters/iam/switch-policy.ts';
import { deployedSettings } from '../adapters/runtime/deployed-settings.ts';
import { FunctionLogger } from '../adapters/runtime/function-logger.ts';
import { systemClock as clock, systemSleep as sleep } from '../adapters/runtime/system-time.ts';
import { readEnvironment } from '../contracts/environment.ts';
import type { SwitchTask } from '../contracts/workflows.ts';
import { switchTextsFor } from '../domain/deny-policies/switch-policy.ts';
import { attachHaltSwitch } from '../use-cases/enforcement/attach-halt-switch.ts';
import { setHaltSwitch } from '../use-cases/enforcement/set-halt-switch.ts';
import { switchAuthored } from '../use-cases/removal/what-to-lift.ts';

const {
  BUDGETS_TABLE: budgets,
  ALERTS_TABLE: alerts,
  ...environment
} = readEnvironment('switch', process.env);
const policyArn = environment.SWITCH_POLICY_ARN;
const logger = new FunctionLogger('switch');
const settings = deployedSettings(import.meta.url);
const client = documentClient();
const subjects = new DynamoDbSubjects(client, { budgets, alerts }, clock, sleep);
const states = new DynamoDbPrincipalStates(client, budgets, subjects, sleep);
const switchPolicy = new IamSwitchPolicy(policyArn);
const lasting = { subjects, states, switchPolicy, settings, clock, sleep, policyArn };
const reach = { carriers: new IamDenyCarriers(), principals: new IamPrincipals() };

/** From a halt or a resume only the switch itself: who carries it is the schedule's matter. */
export const handler = logger.handling(
  async (task: SwitchTask, { awsRequestId: holder }: Context): Promise<{ position: string }> => {
    const texts = switchTextsFor(policyArn);
    const position = await setHaltSwitch({ ...lasting, texts, holder });
    if (!task.attach) {
      logger.info('The halt switch is where it should be.', { position });
      return { position };
    }
    const spread = await attachHaltSwitch({ ...lasting, ...reach });
    if (settings.haltSwitch === 'retire' && spread.carriers === 0) {
      for (const { lift } of await switchAuthored(switchPolicy, texts).find()) await lift();
    }
    logger.info('The halt switch was looked at, and who carries it.', { position, ...spread });
    return { position };
  },
);
