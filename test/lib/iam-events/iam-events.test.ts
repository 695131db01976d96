import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { iamEventNames } from '../../../lambda/domain/iam-events/iam-event.ts';
import { readIamEvent } from '../../../lambda/domain/iam-events/read-iam-event.ts';
import { StageConfigError } from '../../../lib/config.ts';
import { matchesEvent } from '../../../scripts/local/event-pattern.ts';
import { policies, trailEvent } from '../../domain/iam-events/events.ts';
import { build, readable, resources } from '../build.ts';

const away = build({
  region: 'eu-central-1',
  account: '111122223333',
  iamEvents: { forwardFrom: 'us-east-1' },
});
const forwarding = away.app.node.findChild('bedrock-budgeteer-test-iam-events-forwarding') as Stack;
const ruleIn = (stack: Stack) =>
  Object.values(resources(stack, 'AWS::Events::Rule')).find(({ Properties }) =>
    JSON.stringify(Properties['EventPattern'] ?? '').includes('aws.iam'),
  )?.Properties as { EventPattern: Record<string, unknown>; Targets: { Arn: unknown; RoleArn?: unknown }[] };

const samples: Readonly<Record<string, object>> = {
  User: { userName: 'alice', policyArn: policies.suspended, tags: [{ key: 'Team', value: 'ml' }] },
  Role: { roleName: 'App', policyArn: policies.suspended, tags: [] },
  Group: { groupName: 'all', policyArn: policies.suspended },
  Credential: { userName: 'alice', serviceName: 'bedrock.amazonaws.com', status: 'Active' },
  Policy: { policyArn: policies.suspended },
};
const sampleOf = (name: string) => {
  const kind = ['User', 'Role', 'Group', 'Credential', 'Policy'].find((part) => name.includes(part)) ?? '';
  return trailEvent(name, samples[kind] ?? {});
};
const envelope = (detail: object) => ({
  ...{ version: '0', id: 'x', source: 'aws.iam', account: '111122223333', region: 'us-east-1', detail },
  'detail-type': 'AWS API Call via CloudTrail',
});

describe.each([
  ['in us-east-1', ruleIn(forwarding)],
  ['of the stage', ruleIn(away.workflowOrchestration)],
])('The rule %s', (_, rule) => {
  test.each(iamEventNames)('takes %s, and the function knows what it means', (name) => {
    const event = sampleOf(name);

    expect(matchesEvent(rule.EventPattern, envelope(event))).toBe(true);
    expect(readIamEvent(event)).toMatchObject({ name });
  });

  test('leaves failed calls and reading alone', () => {
    const failed = { ...sampleOf('CreateUser'), errorCode: 'EntityAlreadyExists' };

    expect(matchesEvent(rule.EventPattern, envelope(failed))).toBe(false);
    expect(matchesEvent(rule.EventPattern, envelope(trailEvent('GetUser', {})))).toBe(false);
  });
});

test('The rule of the stage may call its function, which takes nothing else', () => {
  const permissions = Object.values(resources(away.workflowOrchestration, 'AWS::Lambda::Permission'))
    .map(({ Properties }) => JSON.stringify(readable(Properties)))
    .filter((text) => text.includes('<IamEventsAnswer'));

  expect(permissions).toHaveLength(1);
  expect(permissions[0]).toMatch(/"Principal":"events.amazonaws.com".*IamEventsIamChanged/);
});

test('Nothing that a stage may add has an unanswered finding of AwsSolutions', () => {
  const everything = { mantle: true, batch: true, bidirectional: true, otherRegions: true };
  const stage = build({
    ...{ region: 'eu-central-1', account: '111122223333', denyUnmeterable: everything },
    iamEvents: { forwardFrom: 'us-east-1' },
  });
  stage.app.synth();

  expect(new AwsSolutionsChecks(stage.app).validateScope(stage.app).violations).toEqual([]);
});

describe('Forwarding', () => {
  test('hands events to the default bus of the stage’s Region, by a role that may do nothing else', () => {
    const bus = 'arn:aws:events:eu-central-1:111122223333:event-bus/default';
    const [policy] = Object.values(resources(forwarding, 'AWS::IAM::Policy'));

    expect(readable(ruleIn(forwarding).Targets)).toMatchObject([{ Arn: bus, RoleArn: expect.any(String) }]);
    expect(readable(policy?.Properties['PolicyDocument'])).toMatchObject({
      Statement: [{ Action: 'events:PutEvents', Resource: bus }],
    });
    expect(forwarding.region).toBe('us-east-1');
  });

  test('needs no stack that it waits for, and none that waits for it', () => {
    expect(forwarding.dependencies).toEqual([]);
    expect(JSON.stringify(Template.fromStack(forwarding).toJSON())).not.toContain('Fn::ImportValue');
  });

  test('is left out where the events are already, and needs a Region to send them to', () => {
    const here = build({ region: 'us-east-1', iamEvents: { forwardFrom: 'us-east-1' } });

    expect(here.app.node.tryFindChild('bedrock-budgeteer-test-iam-events-forwarding')).toBeUndefined();
    expect(() => build({ iamEvents: { forwardFrom: 'us-east-1' } })).toThrow(StageConfigError);
  });
});

describe('The functions that watch IAM', () => {
  const statements = Object.entries(resources(away.workflowOrchestration, 'AWS::IAM::Policy'))
    .filter(([id]) => id.startsWith('IamEvents'))
    .map(([id, { Properties }]) => [id, JSON.stringify(Properties)] as const);
  const of = (name: string) => statements.find(([id]) => id.includes(name))?.[1] ?? '';

  test('read IAM and ask the enforcer; neither can change IAM', () => {
    expect(statements).toHaveLength(2);
    for (const [, text] of statements) {
      expect(text.match(/iam:(?!Get|List)\w+/g)).toBeNull();
      expect(text).toContain('lambda:InvokeFunction');
    }
  });

  test('the comparison lists carriers of our policies alone, and writes nothing', () => {
    expect(of('Reconcile')).toContain('iam:ListEntitiesForPolicy');
    expect(
      of('Reconcile')
        .match(/dynamodb:\w+/g)
        ?.sort(),
    ).toEqual(['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query']);
  });

  test('compare every quarter of an hour', () => {
    Template.fromStack(away.workflowOrchestration).hasResourceProperties('AWS::Events::Rule', {
      ScheduleExpression: 'rate(15 minutes)',
    });
  });
});
