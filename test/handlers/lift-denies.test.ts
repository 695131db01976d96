import { IAMClient } from '@aws-sdk/client-iam';
import { SFNClient } from '@aws-sdk/client-sfn';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { IamDenyCarriers } from '../../lambda/adapters/iam/deny-carriers.ts';
import { SfnRunningExecutions } from '../../lambda/adapters/step-functions/running-executions.ts';
import { createCustomResource } from '../../lambda/handlers/custom-resource.ts';
import { liftDeniesActions } from '../../lambda/handlers/lift-denies.ts';
import { DeniesLeftError } from '../../lambda/use-cases/removal/lift-denies.ts';
import { ControlPlane } from '../support/control-plane.ts';

const halt = 'arn:aws:iam::111122223333:policy/bedrock-budget/BedrockBudgetSuspended-test';
const economy = 'arn:aws:iam::111122223333:policy/bedrock-budget/BedrockBudgetRestricted-test';
const event = {} as CloudFormationCustomResourceEvent;

let plane: ControlPlane;
let onSleep: (milliseconds: number) => void;
beforeEach(async () => {
  plane = await ControlPlane.start();
  onSleep = () => {};
});
afterEach(() => plane.stop());

const actions = () =>
  liftDeniesActions({
    carriers: new IamDenyCarriers(new IAMClient({ ...plane.aws, maxAttempts: 12 })),
    executions: new SfnRunningExecutions(new SFNClient(plane.aws)),
    policyArns: [halt, economy],
    sleep: async (milliseconds) => onSleep(milliseconds),
  });
const plenty = () => 900_000;

describe('Removing the deployment', () => {
  test('takes both policies off users, roles and groups, over all pages', async () => {
    plane.carriers = {
      [halt]: ['user/alice', 'user/bob', 'role/App', 'group/everyone', 'user/carol'],
      [economy]: ['user/dave'],
    };

    expect(await actions().remove(event, plenty)).toBe('6 denies were lifted.');
    expect(plane.carriers).toEqual({ [halt]: [], [economy]: [] });
  });

  test('is safe to repeat, also where the policies are gone already', async () => {
    plane.carriers = { [halt]: [] };

    expect(await actions().remove(event, plenty)).toBe('Nobody carried a deny of ours.');
    expect(await actions().remove(event, plenty)).toBe('Nobody carried a deny of ours.');
  });

  test('catches what an enforcer attached that was still at work', async () => {
    plane.carriers = { [halt]: ['user/alice'], [economy]: [] };
    onSleep = (milliseconds) => {
      if (milliseconds === 60_000) plane.carriers[halt] = ['user/late'];
    };

    expect(await actions().remove(event, plenty)).toBe('2 denies were lifted.');
    expect(plane.carriers[halt]).toEqual([]);
  });

  test('goes on when IAM throttles', async () => {
    plane.carriers = { [halt]: ['user/alice'], [economy]: [] };
    plane.throttles = 2;

    expect(await actions().remove(event, plenty)).toBe('1 denies were lifted.');
  });

  test('says how far it came when time runs out, and goes on from there', async () => {
    plane.carriers = { [halt]: ['user/a', 'user/b', 'user/c', 'user/d', 'user/e'], [economy]: [] };
    let looks = 0;

    await expect(actions().remove(event, () => (looks++ === 0 ? 900_000 : 1_000))).rejects.toThrow(
      new DeniesLeftError(
        '4 denies were lifted and 1 are left, because the time was up: delete the stack again, it goes on from there.',
      ),
    );
    expect(await actions().remove(event, plenty)).toBe('1 denies were lifted.');
  });
});

test.each(['create', 'update'] as const)('To %s the stack touches nobody', async (request) => {
  plane.carriers = { [halt]: ['user/alice'], [economy]: [] };

  await actions()[request](event, plenty);

  expect(plane.carriers[halt]).toEqual(['user/alice']);
});

describe('Before the machines are deleted', () => {
  const machine = (name: string) => `arn:aws:states:eu-central-1:111122223333:stateMachine:${name}`;
  const ending = {
    ResourceType: 'Custom::ExecutionsEnd',
    ResourceProperties: { MachineArns: [machine('suspension'), machine('gone')] },
  } as unknown as CloudFormationCustomResourceEvent;

  test('every running execution is ended, over all pages, and one that begins meanwhile too', async () => {
    plane.executions = { [machine('suspension')]: ['alice', 'bob', 'carol'] };
    let looks = 0;
    onSleep = () => {
      if (looks++ === 0) plane.executions[machine('suspension')]?.push('late');
    };

    expect(await actions().remove(ending, plenty)).toBe('4 running workflows were ended.');
    expect(plane.executions[machine('suspension')]).toEqual([]);
    expect(await actions().remove(ending, plenty)).toBe('No workflow was running.');
  });
});

test('Work that hangs is answered before the function is cut off', async () => {
  const answers: unknown[] = [];
  const hangs = async () => new Promise<string>(() => {});
  const handler = createCustomResource({
    actions: { create: hangs, update: hangs, remove: hangs },
    answer: async (_url, { Status, Reason }) => void answers.push({ Status, Reason }),
    sleep: async () => {},
    report: () => {},
  });
  const request = { RequestType: 'Delete', LogicalResourceId: 'DenyRemovalStep', ResourceURL: '' };

  await handler(request as unknown as CloudFormationCustomResourceEvent, {
    getRemainingTimeInMillis: () => 45_010,
  });

  expect(answers).toEqual([
    {
      Status: 'FAILED',
      Reason: 'Delete of DenyRemovalStep did not end in time: do the same again, it goes on from there.',
    },
  ]);
});
