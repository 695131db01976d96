import { EventEmitter } from 'node:events';
import { Activity } from '../../../scripts/local/activity.ts';
import { readAssembly } from '../../../scripts/local/assembly/read-assembly.ts';
import type { TemplateResource } from '../../../scripts/local/assembly/template.ts';
import { Authorizer } from '../../../scripts/local/aws/authorizer.ts';
import type { StackEvents } from '../../../scripts/local/stack-events.ts';
import { EventBus, type EventBusDeps } from '../../../scripts/local/triggers/event-bus.ts';
import { allowing, smallAwsPlace, smallAwsStart } from './support/small-aws.ts';

const bus = (region: string, name: string) =>
  `arn:aws:events:${region}:${smallAwsPlace.account}:event-bus/${name}`;
const topic = `arn:aws:sns:us-east-1:${smallAwsPlace.account}:heard`;
const pattern = { source: ['aws.iam'] };

/** A rule that forwards to another bus, and a topic that hears what arrives there. */
function heard(
  to: string,
  listensOn: string,
  statements: readonly object[] = [allowing('events:PutEvents', to)],
) {
  const Statement = [
    {
      Effect: 'Allow',
      Action: 'sns:Publish',
      Resource: topic,
      Principal: { Service: 'events.amazonaws.com' },
    },
  ];
  const Resources: Record<string, TemplateResource> = {
    Forwarder: {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: 'forwarder',
        AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] },
        Policies: [{ PolicyName: 'Own', PolicyDocument: { Version: '2012-10-17', Statement: statements } }],
      },
    },
    Forward: {
      Type: 'AWS::Events::Rule',
      Properties: {
        EventPattern: pattern,
        Targets: [{ Arn: to, Id: 'home', RoleArn: { 'Fn::GetAtt': ['Forwarder', 'Arn'] } }],
      },
    },
    Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'heard' } },
    Policy: {
      Type: 'AWS::SNS::TopicPolicy',
      Properties: { Topics: [topic], PolicyDocument: { Version: '2012-10-17', Statement } },
    },
    Listen: {
      Type: 'AWS::Events::Rule',
      Properties: {
        EventBusName: listensOn,
        EventPattern: pattern,
        Targets: [{ Arn: topic, Id: 'topic' }],
      },
    },
  };
  const assembly = readAssembly([{ name: 'S', template: { Resources } }], smallAwsPlace, () => '');
  const now = () => smallAwsStart;
  const activity = new Activity();
  const authorizer = new Authorizer(assembly, now);
  const published: { region: string; detail: unknown }[] = [];
  const events: StackEvents = new EventEmitter();
  events.on('serviceMessage', (_topic, message) => published.push(JSON.parse(message)));
  new EventBus({ assembly, authorizer, activity, events, now } as unknown as EventBusDeps);
  const detail = { eventName: 'DetachUserPolicy' };
  events.emit('eventPut', {
    busName: 'default',
    source: 'aws.iam',
    detailType: 'd',
    detail,
    region: 'us-east-1',
  });
  return activity.idle().then(() => ({ published, refusals: authorizer.refusals() }));
}

test('a rule may forward to another bus, as its role', async () => {
  const { published, refusals } = await heard(bus('us-east-1', 'control'), 'control');
  expect(published).toMatchObject([{ region: 'us-east-1', detail: { eventName: 'DetachUserPolicy' } }]);
  expect(refusals).toEqual([]);
});

test('what is forwarded to another Region’s default bus arrives once', async () => {
  expect((await heard(bus('eu-west-1', 'default'), 'default')).published).toHaveLength(1);
});

test('whose role may not forward is refused', async () => {
  const { published, refusals } = await heard(bus('us-east-1', 'control'), 'control', []);
  expect([published, refusals.length]).toEqual([[], 1]);
});
