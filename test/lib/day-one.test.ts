import { Match, Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { loggingPropertiesSchema } from '../../lambda/contracts/custom-resources.ts';
import type { StageConfigInput } from '../../lib/config.ts';
import { matchesEvent } from '../../scripts/local/event-pattern.ts';
import { build, type Resource, readable, resources } from './build.ts';

const sharing: Partial<StageConfigInput> = {
  logging: {
    logGroup: '/aws/bedrock/modelinvocations',
    roleArn: 'arn:aws:iam::111122223333:role/BedrockLogging',
    bucket: 'central-bedrock-logs',
    bucketKeyArn: 'arn:aws:kms:eu-central-1:111122223333:key/0a1b',
  },
};
const own = build();
const shared = build(sharing);
const only = (stack: Parameters<typeof resources>[0], type: string) => {
  const [entry, ...others] = Object.entries(resources(stack, type));
  if (!entry || others.length > 0) throw new Error(`There is not exactly one ${type}.`);
  const [id, resource] = entry as [string, Resource & { DependsOn?: string[] }];
  return { id, ...resource, properties: readable(resource.Properties) as Record<string, unknown> };
};
const matching = (ids: readonly string[] | undefined, start: RegExp) =>
  ids?.filter((id) => start.test(id)) ?? [];

describe('Invocation logging', () => {
  const step = only(own.eventIngestion, 'Custom::InvocationLogging');

  test('gets from the template what its function asks for', () => {
    expect(loggingPropertiesSchema.safeParse(step.properties).success).toBe(true);
    expect(
      loggingPropertiesSchema.parse(only(shared.eventIngestion, 'Custom::InvocationLogging').properties),
    ).toMatchObject({
      LogGroupName: '/aws/bedrock/modelinvocations',
      LogGroupDeclared: true,
      RoleArn: 'arn:aws:iam::111122223333:role/BedrockLogging',
      BucketName: 'central-bedrock-logs',
      BucketDeclared: true,
      CopyBodies: false,
    });
  });

  test('begins when someone listens and when Bedrock and the function have their permissions', () => {
    for (const listener of [
      /^InvocationLogGroupToIngest/,
      /^IngestQueueNewLogObject/,
      /^IngestQueueMapping/,
      /^InvocationLogGroupBedrockRoleDefaultPolicy/,
      /^InvocationLoggingLoggingRoleDefaultPolicy/,
    ]) {
      expect(matching(step.DependsOn, listener)).not.toEqual([]);
    }
  });

  test('ends with an answer after minutes at the latest', () => {
    expect(step.properties['ServiceTimeout']).toBe('300');
  });

  test('shares a log group only after it has looked for a free subscription filter', () => {
    const filter = only(shared.eventIngestion, 'AWS::Logs::SubscriptionFilter');
    const { id } = only(shared.eventIngestion, 'Custom::InvocationLogging');

    expect(filter.properties['LogGroupName']).toBe('/aws/bedrock/modelinvocations');
    expect(filter.DependsOn).toContain(id);
  });

  test('makes no log group and no role where the stage names them', () => {
    const template = Template.fromStack(shared.eventIngestion);

    expect(JSON.stringify(template.findResources('AWS::Logs::LogGroup'))).not.toContain('modelinvocations');
    expect(Object.keys(template.findResources('AWS::IAM::Role')).filter((id) => /Bedrock/.test(id))).toEqual(
      [],
    );
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: Match.objectLike({
        source: ['aws.s3'],
        detail: Match.objectLike({ bucket: { name: ['central-bedrock-logs'] } }),
      }),
    });
    const policies = JSON.stringify(Object.values(template.findResources('AWS::IAM::Policy')).map(readable));
    expect(policies).toContain('arn:<AWS::Partition>:s3:::central-bedrock-logs/*AWSLogs/');
    expect(policies).toContain('arn:aws:kms:eu-central-1:111122223333:key/0a1b');
    expect(policies).toContain('s3:GetBucketNotification');
  });

  test('of others leaves no finding unanswered', () => {
    const { app } = build(sharing);
    app.synth();

    expect(new AwsSolutionsChecks(app).validateScope(app).violations).toEqual([]);
  });
});

describe('Whoever changes the logging configuration', () => {
  const rule = Object.values(resources(own.eventIngestion, 'AWS::Events::Rule'))
    .map(({ Properties }) => readable(Properties) as Record<string, unknown>)
    .find(({ Name }) => Name === 'bedrock-budgeteer-test-logging-changed') as {
    EventPattern: Record<string, unknown>;
    Targets: { Arn: string; RoleArn: string; InputTransformer: { InputTemplate: string } }[];
  };
  const pattern = rule.EventPattern as Parameters<typeof matchesEvent>[0];
  const [ownRole = ''] = /<InvocationLoggingLoggingRole\w+\.Arn>/.exec(JSON.stringify(pattern)) ?? [];
  const event = (detail: object) => ({
    source: 'aws.bedrock',
    'detail-type': 'AWS API Call via CloudTrail',
    detail: {
      eventSource: 'bedrock.amazonaws.com',
      eventName: 'DeleteModelInvocationLoggingConfiguration',
      awsRegion: 'eu-central-1',
      userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::111122223333:user/mallory', userName: 'mallory' },
      ...detail,
    },
  });
  const role = (arn: string) => ({
    userIdentity: {
      type: 'AssumedRole',
      arn: 'arn:aws:sts::111122223333:assumed-role/x/y',
      sessionContext: { sessionIssuer: { type: 'Role', arn } },
    },
  });

  test.each<[string, object, boolean]>([
    ['a user deletes it', {}, true],
    ['a user changes it', { eventName: 'PutModelInvocationLoggingConfiguration' }, true],
    ['a role changes it', role('arn:aws:iam::111122223333:role/Admin'), true],
    ['root deletes it', { userIdentity: { type: 'Root', arn: 'arn:aws:iam::111122223333:root' } }, true],
    ['the deployment itself does', role(ownRole), false],
    ['someone was refused', { errorCode: 'AccessDenied' }, false],
    ['someone reads it', { eventName: 'GetModelInvocationLoggingConfiguration' }, false],
  ])('raises a critical alert: %s', (_, detail, raised) => {
    expect(ownRole).not.toBe('');
    expect(matchesEvent(pattern, event(detail))).toBe(raised);
  });

  test('is named in a sentence that leads to the runbook, sent by a role that may do nothing else', () => {
    const [target] = rule.Targets;
    const template = Template.fromStack(own.eventIngestion);

    expect(target?.Arn).toMatch(/^<import CriticalTopic/);
    expect(target?.InputTransformer.InputTemplate).toBe(
      '"CRITICAL: <detail-userIdentity-arn> called <detail-eventName> in <detail-awsRegion> at <detail-eventTime> from ' +
        '<detail-sourceIPAddress>. What Bedrock does not log is not metered. What to do is in docs/runbook.md under ' +
        '\\"Invocation logging was changed\\"."',
    );
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyName: Match.stringLikeRegexp('^LoggingWatchRole'),
      PolicyDocument: { Statement: [{ Action: 'sns:Publish', Effect: 'Allow', Resource: Match.anyValue() }] },
    });
  });
});

describe('Removing and upgrading with people suspended', () => {
  const removal = only(own.workflowOrchestration, 'Custom::DenyRemoval');

  test('no upgrade replaces what lifts denies: its name is fixed and it has no properties', () => {
    expect(removal.id).toBe('DenyRemovalStep852B5B70');
    expect(Object.keys(removal.properties).sort()).toEqual(['ServiceTimeout', 'ServiceToken']);
    expect(removal.properties['ServiceToken']).toMatch(/^<DenyRemovalLiftDenies\w+\.Arn>$/);
  });

  test('no upgrade replaces a policy that someone carries: all that would is fixed', () => {
    const policies = Object.entries(resources(own.security, 'AWS::IAM::ManagedPolicy')).map(
      ([id, { Properties }]) => {
        const { PolicyDocument: _, ...rest } = Properties;
        return { id, ...rest };
      },
    );

    expect(policies).toEqual([
      {
        id: 'BudgetPoliciesSuspended7FBB61AB',
        ManagedPolicyName: 'BedrockBudgetSuspended-test',
        Path: '/bedrock-budget/',
        Description: 'Denies spending on Bedrock. Attached and detached by Bedrock Budgeteer only.',
      },
      {
        id: 'BudgetPoliciesRestricted29EE11D8',
        ManagedPolicyName: 'BedrockBudgetRestricted-test',
        Path: '/bedrock-budget/',
        Description:
          'Denies all but economical Bedrock models. Attached and detached by Bedrock Budgeteer only.',
      },
      {
        id: 'BudgetPoliciesNoPremiumAA577808',
        ManagedPolicyName: 'BedrockBudgetNoPremium-test',
        Path: '/bedrock-budget/',
        Description:
          'Denies the most expensive Bedrock models. Attached and detached by Bedrock Budgeteer only.',
      },
      {
        id: 'TamperDenyPolicyB4C38CCD',
        ManagedPolicyName: 'BedrockBudgetNoTampering-test',
        Path: '/bedrock-budget/',
        Description: 'Denies changing Bedrock Budgeteer. Attached by administrators to who is no operator.',
      },
    ]);
  });

  test('denies are lifted after every function that could attach one is gone', () => {
    const functions = Object.entries(resources(own.workflowOrchestration, 'AWS::Lambda::Function')) as [
      string,
      Resource & { DependsOn?: string[] },
    ][];
    const others = functions.filter(([id]) => !id.startsWith('DenyRemoval'));

    expect(others.map(([id]) => id.replace(/[0-9A-F]{8}$/, ''))).toEqual(
      expect.arrayContaining(['Enforcer', 'Holds', 'Evaluate', 'Sweep']),
    );
    for (const [, { DependsOn }] of others) expect(DependsOn).toContain(removal.id);
  });

  test('what runs is ended after all that could start it is gone, and before the machines go', () => {
    const ending = only(own.workflowOrchestration, 'Custom::ExecutionsEnd');
    const machines = Object.keys(resources(own.workflowOrchestration, 'AWS::StepFunctions::StateMachine'));
    const needing = (type: string, start: RegExp) =>
      Object.entries(resources(own.workflowOrchestration, type))
        .filter(([, resource]) => (resource as { DependsOn?: string[] }).DependsOn?.includes(ending.id))
        .flatMap(([id]) => start.exec(id)?.[0] ?? []);

    expect(ending.properties['MachineArns']).toEqual(machines.map((id) => `<${id}>`));
    expect(ending.DependsOn).toEqual(expect.arrayContaining(machines));
    expect(needing('AWS::Lambda::Function', /^(Evaluate|Sweep)/)).toEqual(['Evaluate', 'Sweep']);
    // They are called by the machines, so they go after them.
    expect(needing('AWS::Lambda::Function', /^(Enforcer|Holds)/)).toEqual([]);
  });

  test('the function that ends executions may list and stop those of these machines alone', () => {
    const machines = Object.values(resources(own.workflowOrchestration, 'AWS::StepFunctions::StateMachine'));
    const names = machines.map(({ Properties }) => String(Properties['StateMachineName'])).sort();
    const policies = Object.entries(resources(own.workflowOrchestration, 'AWS::IAM::Policy'));
    const [, policy] = policies.find(([id]) => id.startsWith('DenyRemovalLiftDeniesRole')) ?? [];
    const { Statement } = readable(policy?.Properties['PolicyDocument']) as {
      Statement: { Action: string | string[]; Resource: string | string[] }[];
    };
    const states = Statement.filter(({ Action }) =>
      [Action].flat().some((name) => name.startsWith('states:')),
    );
    const place = 'arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>';

    expect(states.map(({ Action, Resource }) => [Action, [Resource].flat().sort()])).toEqual([
      ['states:ListExecutions', names.map((name) => `${place}:stateMachine:${name}`)],
      ['states:StopExecution', names.map((name) => `${place}:execution:${name}:*`)],
    ]);
  });

  test('denies are lifted before logging is put back, and the policies go last', () => {
    const { stacksRecursively } = own.app.synth();
    const needs = (name: string) =>
      stacksRecursively.find(({ stackName }) => stackName.endsWith(name))?.dependencies.map(({ id }) => id);

    // CDK removes a stack before those that it needs.
    expect(needs('workflow-orchestration')).toEqual(
      expect.arrayContaining(['bedrock-budgeteer-test-event-ingestion', 'bedrock-budgeteer-test-security']),
    );
  });
});

describe('A stage that pins its account and Region', () => {
  const place = { account: '111122223333', region: 'eu-central-1' };

  test('goes nowhere else, and leaves no finding unanswered', () => {
    const pinned = build({ ...place, ...sharing });
    const { stacksRecursively } = pinned.app.synth();

    expect(new Set(stacksRecursively.map(({ environment }) => environment.name))).toEqual(
      new Set(['aws://111122223333/eu-central-1']),
    );
    expect(new AwsSolutionsChecks(pinned.app).validateScope(pinned.app).violations).toEqual([]);
  });

  test('may pin one of both', () => {
    const { app } = build({ region: place.region });
    const names = app.synth().stacksRecursively.map(({ environment }) => environment.name);

    expect(new Set(names)).toEqual(new Set(['aws://unknown-account/eu-central-1']));
    expect(new AwsSolutionsChecks(app).validateScope(app).violations).toEqual([]);
  });
});
