import { readAssembly } from '../../../scripts/local/assembly/read-assembly.ts';
import type { TemplateResource } from '../../../scripts/local/assembly/template.ts';
import { Authorizer } from '../../../scripts/local/aws/authorizer.ts';
import { IamStore } from '../../../scripts/local/aws/iam-store.ts';
import { LoggingRegion } from '../../../scripts/local/aws/logging-region.ts';
import { AnswerSink } from '../../../scripts/local/deployment/answer-sink.ts';
import { CustomResources } from '../../../scripts/local/deployment/custom-resources.ts';
import { LocalDeployment } from '../../../scripts/local/deployment/deployment.ts';

const place = { account: '111122223333', region: 'us-east-1' };
const now = () => new Date('2026-11-22T12:00:00Z');
const document = { Version: '2012-10-17', Statement: [] };

/** A custom resource with its function, and a policy that people may carry. */
const resources = (dependsOn: string[], properties: object = {}): Record<string, TemplateResource> => ({
  Step: {
    Type: 'Custom::Step',
    DependsOn: dependsOn,
    Properties: { ServiceToken: { 'Fn::GetAtt': ['Handler', 'Arn'] }, Wanted: true, ...properties },
  },
  Handler: {
    Type: 'AWS::Lambda::Function',
    Properties: {
      FunctionName: 'handler',
      Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
      Handler: 'index.handler',
      Code: { S3Key: 'abc.zip' },
    },
  },
  Grant: {
    Type: 'AWS::IAM::Policy',
    Properties: { PolicyName: 'P', Roles: [{ Ref: 'Role' }], PolicyDocument: document },
  },
  Role: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'Handler', AssumeRolePolicyDocument: document } },
  Deny: {
    Type: 'AWS::IAM::ManagedPolicy',
    Properties: { ManagedPolicyName: 'Deny', PolicyDocument: document },
  },
  Kept: { Type: 'AWS::Logs::LogGroup', DeletionPolicy: 'Retain', Properties: { LogGroupName: 'kept' } },
  Filter: {
    Type: 'AWS::Logs::SubscriptionFilter',
    Properties: { LogGroupName: 'theirs', DestinationArn: 'arn:ours' },
  },
});
const assemble = (found: Record<string, TemplateResource>) =>
  readAssembly([{ name: 'stack', template: { Resources: found } }], place, () => '/asset');

interface Event {
  readonly RequestType: string;
  readonly ResponseURL: string;
  readonly RequestId: string;
  readonly ResourceProperties: object;
  readonly OldResourceProperties?: object;
}

let sink: AnswerSink;
let events: Event[];
let refuse: (event: Event) => string | undefined;
beforeEach(async () => {
  sink = await AnswerSink.open();
  events = [];
  refuse = () => undefined;
});
afterEach(() => sink.close());

/** As the functions do: the answer goes to where the event says. */
async function invoke(_arn: string, given: unknown) {
  const event = given as Event;
  events.push(event);
  const Reason = refuse(event);
  const body = {
    RequestId: event.RequestId,
    PhysicalResourceId: 'it',
    Status: Reason ? 'FAILED' : 'SUCCESS',
    Reason,
  };
  const { ok } = await fetch(event.ResponseURL, { method: 'PUT', body: JSON.stringify(body) });
  return ok
    ? ({ ok, payload: null, output: '' } as const)
    : ({ ok, error: { errorType: 'Error', errorMessage: 'not taken' }, output: '' } as const);
}

function deployment(found: Record<string, TemplateResource>, region = theirs()) {
  const assembly = assemble(found);
  const iam = new IamStore({ account: place.account, now });
  for (const { arn, document: text } of assembly.managedPolicies) iam.putPolicy(arn, text);
  const authorizer = new Authorizer(assembly, now);
  const stopped: string[] = [];
  const deployed = new LocalDeployment({
    assembly,
    authorizer,
    iam,
    loggingRegion: region,
    customResources: new CustomResources({ invoke, sink }),
    stopped: ({ logicalId }) => stopped.push(logicalId),
    running: () => [],
  });
  return { deployed, iam, authorizer, stopped, region };
}
const theirs = (filters: string[] = []) => new LoggingRegion({ logGroups: { theirs: filters } });
const requests = () => events.map(({ RequestType }) => RequestType);

test('a custom resource acts as early as it may, and goes as late as it may', () => {
  const order = assemble(resources(['Role', 'Grant'])).resources.map(({ logicalId }) => logicalId);
  expect(order).toEqual(['Role', 'Handler', 'Grant', 'Step', 'Deny', 'Kept', 'Filter']);
  expect(
    assemble(resources([]))
      .resources.map(({ logicalId }) => logicalId)
      .slice(0, 3),
  ).toEqual(['Role', 'Handler', 'Step']);
});

test('it is told everything as text, and one that forgot its permissions is found out', async () => {
  const { deployed, authorizer } = deployment(resources([]));
  await deployed.create();
  expect(events[0]?.ResourceProperties).toMatchObject({ Wanted: 'true' });
  expect(authorizer.refusals()).toEqual([
    'stack/Step acts while its stack/Grant is not there: it has to depend on it.',
  ]);
});

test('what it refuses stops the deployment, and what was made by then is taken back', async () => {
  const { deployed, stopped, region } = deployment(resources(['Grant', 'Filter']));
  refuse = ({ RequestType }) => (RequestType === 'Create' ? 'Change this.' : undefined);
  await expect(deployed.create()).rejects.toThrow('Change this.');
  expect(requests()).toEqual(['Create', 'Delete']);
  expect(stopped).toContain('Handler');
  expect(region.logGroups.get('theirs')?.size).toBe(0);
});

test('an update asks only what has changed, and hands the old properties back after a refusal', async () => {
  const { deployed } = deployment(resources(['Grant']));
  await deployed.create();
  await deployed.update(assemble(resources(['Grant'])));
  expect(requests()).toEqual(['Create']);

  refuse = ({ ResourceProperties }) => ('Wrong' in ResourceProperties ? 'That is wrong.' : undefined);
  await expect(deployed.update(assemble(resources(['Grant'], { Wrong: 1 })))).rejects.toThrow(
    'That is wrong.',
  );
  expect(requests()).toEqual(['Create', 'Update', 'Update']);
  expect(events[1]?.OldResourceProperties).not.toHaveProperty('Wrong');
  expect(events[2]?.ResourceProperties).not.toHaveProperty('Wrong');
});

test('a policy changes its text under who carries it, and nothing else of it can change', async () => {
  const { deployed, iam } = deployment(resources(['Grant']));
  await deployed.create();
  const arn = `arn:aws:iam::${place.account}:policy/Deny`;
  iam.create('user', { name: 'alice' });
  iam.attach('user', 'alice', arn);
  const denying = { ...document, Statement: [{ Effect: 'Deny', Action: 'bedrock:*', Resource: '*' }] };
  const changed = (properties: object) => {
    const next = resources(['Grant']);
    return assemble({
      ...next,
      Deny: { Type: 'AWS::IAM::ManagedPolicy', Properties: { ...next['Deny']?.Properties, ...properties } },
    });
  };

  await deployed.update(changed({ PolicyDocument: denying }));
  expect([iam.policy(arn).document, iam.carriersOf(arn).length]).toEqual([denying, 1]);
  await expect(deployed.update(changed({ Description: 'Another one.' }))).rejects.toThrow(
    'CloudFormation cannot update a stack when a custom-named resource requires replacing.',
  );
});

test('a policy cannot go while someone carries it, and the removal goes on from there', async () => {
  const { deployed, iam, stopped } = deployment(resources(['Grant']));
  await deployed.create();
  iam.create('user', { name: 'alice' });
  iam.attach('user', 'alice', `arn:aws:iam::${place.account}:policy/Deny`);
  await expect(deployed.remove()).rejects.toThrow(
    'Cannot delete a policy attached to entities: arn:aws:iam::111122223333:policy/Deny is on user/alice.',
  );
  expect(stopped).toEqual(['Filter']);

  iam.detach('user', 'alice', `arn:aws:iam::${place.account}:policy/Deny`);
  await deployed.remove();
  expect(stopped).toEqual(['Filter', 'Deny', 'Step', 'Grant', 'Handler', 'Role']);
  expect(requests()).toEqual(['Create', 'Delete']);
});

test('an answer that is not taken makes Lambda call again, and none at all fails the stack', async () => {
  const { deployed } = deployment(resources(['Grant']));
  sink.refusing = 2;
  await deployed.create();
  expect(requests()).toEqual(['Create', 'Create', 'Create']);
  sink.refusing = 3;
  await expect(deployed.remove()).rejects.toThrow('stack/Step did not answer CloudFormation: not taken');
});

test('a log group takes two subscription filters, and a log group that is there already is not made', async () => {
  await expect(deployment(resources([]), theirs(['a', 'b'])).deployed.create()).rejects.toThrow(
    'Resource limit exceeded.',
  );
  const taken = new LoggingRegion({ logGroups: { theirs: [], kept: ['a'] } });
  await expect(deployment(resources([]), taken).deployed.create()).rejects.toThrow('kept already exists.');
  expect(taken.logGroups.get('kept')?.size).toBe(1);
});
