import { actOnIam } from '../../../scripts/run/iam-act.ts';
import { approve, orderScenarioOverride } from '../../../scripts/run/override-act.ts';
import type { RunningStack } from '../../../scripts/run/running-stack.ts';
import { functionResources, type SmallAws, smallAws, smallAwsPlace } from '../local/support/small-aws.ts';

let aws: SmallAws;
let executions: { stateMachine: string; status: string; name: string }[];
let started: unknown[];
let workflows: string[];

const stack = () =>
  ({
    people: aws.people,
    now: () => aws.time.now,
    executions: async () => executions,
    hasWorkflow: (name: string) => workflows.includes(name),
    startExecution: (...given: unknown[]) => started.push(given),
  }) as unknown as RunningStack;
const request = { action: 'extend', subject: 'user/alice', reason: 'r', requestedBy: 'user/ops' };
const unpaused = () => Promise.reject(new Error('paused'));

beforeEach(async () => {
  [executions, started, workflows] = [[], [], []];
  const door = (name: string) => ({
    ...functionResources(name, []),
    [`${name}-url`]: {
      Type: 'AWS::Lambda::Url',
      Properties: {
        AuthType: 'AWS_IAM',
        TargetFunctionArn: `arn:aws:lambda:us-east-1:${smallAwsPlace.account}:function:${name}`,
      },
    },
  });
  aws = await smallAws({
    ...door('local-front-door'),
    ...door('local-approvals'),
    Halt: {
      Type: 'AWS::IAM::ManagedPolicy',
      Properties: {
        ManagedPolicyName: 'bedrock-budgeteer-local-halt',
        PolicyDocument: { Version: '2012-10-17', Statement: [] },
      },
    },
  });
});
afterEach(() => aws.gateway.stop());

const bodies = () => aws.asked.map((event) => JSON.parse((event as { body: string }).body));

describe('an override', () => {
  it('starts the machine', async () => {
    workflows = ['override'];
    expect(await orderScenarioOverride({ request }, stack(), unpaused)).toBeUndefined();
    expect(started).toEqual([['override', request, 'override-1']]);
  });

  it('can only pause where there is no machine yet', async () => {
    const paused: unknown[] = [];
    const pause = async (...given: unknown[]) => paused.push(given);
    await orderScenarioOverride({ request: { ...request, action: 'pause' } }, stack(), pause);
    expect(paused).toEqual([[true, { actor: 'user/ops', reason: 'r' }]]);
    await expect(orderScenarioOverride({ request }, stack(), pause)).rejects.toThrow('no override machine');
  });

  it('goes through the front door as the one who orders it', async () => {
    const act = await orderScenarioOverride({ request, verifiedAs: 'user/boss' }, stack(), unpaused);
    expect(act).toEqual({
      ...{ at: '2026-11-22T12:00:00.000Z', as: 'user/boss', action: 'extend' },
      ...{ status: 200, answer: { done: true } },
    });
    expect(bodies()).toEqual([request]);
    const userArn = `arn:aws:iam::${smallAwsPlace.account}:user/boss`;
    expect(aws.asked).toMatchObject([{ requestContext: { authorizer: { iam: { userArn } } } }]);
  });
});

describe('an approval', () => {
  const step = { as: 'user/boss', action: 'approve', reason: 'fine', execution: 'last' } as const;

  it('answers the latest override that waits', async () => {
    executions = [
      { stateMachine: 'override', status: 'RUNNING', name: 'first' },
      { stateMachine: 'override', status: 'RUNNING', name: 'second' },
      { stateMachine: 'override', status: 'SUCCEEDED', name: 'third' },
      { stateMachine: 'halt', status: 'RUNNING', name: 'fourth' },
    ];
    expect(await approve(step, stack())).toMatchObject({ action: 'approve', status: 200 });
    await approve({ ...step, action: 'reject', execution: 'first' }, stack());
    expect(bodies()).toEqual([
      { action: 'approve', execution: 'second', reason: 'fine' },
      { action: 'reject', execution: 'first', reason: 'fine' },
    ]);
  });

  it('needs one that waits', async () => {
    await expect(approve(step, stack())).rejects.toThrow('No override waits');
  });
});

describe('a call of IAM', () => {
  it('is made by its caller, and names policies and keys as people do', async () => {
    aws.iam.create('user', { name: 'alice' });
    aws.iam.credentials.create('alice', { service: 'bedrock.amazonaws.com', alias: 'laptop' });
    const halt = aws.people.policyArn('halt');
    aws.iam.attach('user', 'alice', halt);
    const act = (rest: object) => actOnIam({ as: 'user/admin', action: '', user: 'alice', ...rest }, stack());

    expect(await act({ action: 'DetachUserPolicy', policy: 'halt' })).toMatchObject({
      status: 200,
      answer: 'OK',
    });
    await act({ action: 'UpdateServiceSpecificCredential', key: 'laptop', status: 'Inactive' });
    await expect(act({ action: 'DetachUserPolicy', policy: 'stop' })).rejects.toThrow(
      'bedrock-budgeteer-local-halt',
    );
    await act({ action: 'TagUser', tags: { Team: 'ml' } });
    const alice = aws.iam.get('user', 'alice');
    expect(aws.iam.attachedPolicies(alice)).toEqual([]);
    expect([...alice.tags]).toEqual([['Team', 'ml']]);
    expect(aws.iam.credentials.list()).toMatchObject([{ status: 'Inactive' }]);
    await act({ action: 'UntagUser', tags: { Team: '' } });
    expect(alice.tags.size).toBe(0);
    expect(aws.events).toHaveLength(4);
  });

  it('is refused to whoever lacks the permission, which is no fault of the system', async () => {
    aws.iam.create('user', { name: 'eve' });
    const act = { as: 'user/eve', action: 'CreateUser', user: 'mallory' };
    expect(await actOnIam(act, stack())).toMatchObject({ status: 403, answer: 'AccessDenied' });
    expect(aws.authorizer.refusals()).toEqual([]);
  });
});
