import { Match, Template } from 'aws-cdk-lib/assertions';
import { build, readable, resources } from '../build.ts';

const { monitoring, eventIngestion, workflowOrchestration } = build();
const withoutHash = (text: string) => text.replace(/<([A-Za-z]+?)[0-9A-F]{8}(\.\w+)?>/g, '<$1$2>');
const mappings = [monitoring, eventIngestion, workflowOrchestration]
  .flatMap((stack) => Object.values(resources(stack, 'AWS::Lambda::EventSourceMapping')))
  .map((mapping) => ({ ...(readable(mapping.Properties) as Record<string, unknown>), resource: mapping }));
const mappingOf = (name: string) =>
  mappings.find(
    (mapping) => withoutHash(String((mapping as Record<string, unknown>)['FunctionName'])) === `<${name}>`,
  ) as (Record<string, unknown> & { resource: object }) | undefined;
const patterns = (name: string) =>
  (mappingOf(name)?.['FilterCriteria'] as { Filters: { Pattern: string }[] } | undefined)?.Filters.map(
    ({ Pattern }) => JSON.parse(Pattern),
  );

describe('The stream of user-budgets', () => {
  test('wakes evaluate for balances, budgets and wake-ups, never for its own states and outbox', () => {
    expect(mappingOf('Evaluate')?.['EventSourceArn']).toBe('<import UserBudgets.StreamArn>');
    expect(patterns('Evaluate')).toEqual([
      { eventName: ['INSERT', 'MODIFY'], dynamodb: { Keys: { sk: { S: [{ prefix: 'BAL#' }] } } } },
      { dynamodb: { Keys: { sk: { S: ['BUDGET'] } } } },
      { eventName: ['INSERT', 'MODIFY'], dynamodb: { Keys: { sk: { S: ['EVALUATE'] } } } },
    ]);
  });

  test('wakes audit for states alone', () => {
    expect(mappingOf('Audit')?.['EventSourceArn']).toBe('<import UserBudgets.StreamArn>');
    expect(patterns('Audit')).toEqual([
      { eventName: ['INSERT', 'MODIFY'], dynamodb: { Keys: { sk: { S: ['STATE'] } } } },
    ]);
  });

  test('keeps a change for audit until it is written', () => {
    expect(mappingOf('Audit')).toMatchObject({ MaximumRetryAttempts: -1, BisectBatchOnFunctionError: true });
  });
});

describe('The stream of budget-alerts', () => {
  test('wakes notify for new alerts that are to be published', () => {
    expect(mappingOf('Notify')?.['EventSourceArn']).toBe('<import BudgetAlerts.StreamArn>');
    expect(patterns('Notify')).toEqual([
      { eventName: ['INSERT'], dynamodb: { NewImage: { publish: { BOOL: [true] } } } },
    ]);
    expect(mappingOf('Notify')).toMatchObject({ BatchSize: 250, MaximumBatchingWindowInSeconds: 1 });
  });
});

test.each(['Evaluate', 'Audit', 'Notify', 'Ingest', 'UsageMeter'])(
  'What fails of a batch for %s goes again alone, and its mapping waits for the permission',
  (name) => {
    const mapping = mappingOf(name);

    expect(mapping?.['FunctionResponseTypes']).toEqual(['ReportBatchItemFailures']);
    expect(JSON.stringify(mapping?.resource)).toMatch(
      new RegExp(`"DependsOn":\\[[^\\]]*"${name}RoleDefaultPolicy`),
    );
  },
);

describe('Log data', () => {
  const template = Template.fromStack(eventIngestion);

  test('comes through a subscription of every event, called by this log group alone', () => {
    template.hasResourceProperties('AWS::Logs::SubscriptionFilter', { FilterPattern: '' });
    template.hasResourceProperties('AWS::Lambda::Permission', {
      Action: 'lambda:InvokeFunction',
      Principal: 'logs.amazonaws.com',
      SourceArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^InvocationLogGroup'), 'Arn'] },
    });
    template.hasResourceProperties('AWS::Logs::LogGroup', {
      LogGroupName: '/bedrock-budgeteer/test/model-invocations',
      RetentionInDays: 180,
    });
  });

  test('comes as objects through a queue', () => {
    const rule = Object.values(resources(eventIngestion, 'AWS::Events::Rule')).find(({ Properties }) =>
      JSON.stringify(Properties).includes('aws.s3'),
    );

    expect(readable(rule?.Properties['EventPattern'])).toEqual({
      source: ['aws.s3'],
      'detail-type': ['Object Created'],
      detail: {
        bucket: { name: ['<import InvocationLogs>'] },
        object: { key: [{ wildcard: '*AWSLogs/<AWS::AccountId>/BedrockModelInvocationLogs/*.json.gz' }] },
      },
    });
    expect(mappingOf('Ingest')).toMatchObject({ BatchSize: 10, ScalingConfig: { MaximumConcurrency: 5 } });
  });

  test('rests at most 14 days, encrypted, and in the dead letters only after many tries', () => {
    const queues = Object.values(resources(eventIngestion, 'AWS::SQS::Queue')).map(
      ({ Properties }) => Properties,
    );

    expect(queues).toHaveLength(4);
    for (const queue of queues) {
      expect(queue).toMatchObject({ MessageRetentionPeriod: 14 * 86_400, SqsManagedSseEnabled: true });
    }
    template.hasResourceProperties('AWS::SQS::Queue', {
      QueueName: 'bedrock-budgeteer-test-ingest',
      VisibilityTimeout: 720,
      RedrivePolicy: { maxReceiveCount: 20 },
    });
  });

  test('that ingest could not take from CloudWatch Logs falls into the same queue', () => {
    const [config] = Object.values(resources(eventIngestion, 'AWS::Lambda::EventInvokeConfig'));
    const { DestinationConfig } = readable(config?.Properties) as {
      DestinationConfig: { OnFailure: { Destination: string } };
    };

    expect(withoutHash(DestinationConfig.OnFailure.Destination)).toBe('<IngestQueue.Arn>');
  });

  test('is written to the log group by a role that Bedrock assumes for this account alone', () => {
    template.hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [
          Match.objectLike({
            Principal: { Service: 'bedrock.amazonaws.com' },
            Condition: Match.objectLike({ StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } }),
          }),
        ],
      },
    });
  });
});

describe('The topics', () => {
  test('refuse what is not TLS, and take alarms of this account alone', () => {
    const policies = Object.values(resources(monitoring, 'AWS::SNS::TopicPolicy')).map((policy) =>
      JSON.stringify(readable(policy.Properties)),
    );

    expect(policies).toHaveLength(3);
    for (const policy of policies) expect(policy).toContain('"aws:SecureTransport":"false"');
    expect(policies.filter((policy) => policy.includes('cloudwatch.amazonaws.com'))).toHaveLength(2);
    for (const policy of policies.filter((text) => text.includes('cloudwatch.amazonaws.com'))) {
      expect(policy).toContain('"aws:SourceAccount":"<AWS::AccountId>"');
    }
  });

  test('send e-mails to whom the stage names', () => {
    const stage = build({ alertEmails: { critical: ['ops@example.com'] } });

    Template.fromStack(stage.monitoring).hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'email',
      Endpoint: 'ops@example.com',
      TopicArn: { Ref: Match.stringLikeRegexp('^CriticalTopic') },
    });
  });
});

test('The price list is compared once a day', () => {
  Template.fromStack(monitoring).hasResourceProperties('AWS::Events::Rule', {
    ScheduleExpression: 'cron(17 5 * * ? *)',
    Targets: [Match.objectLike({ Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^PriceUpkeep'), 'Arn'] } })],
  });
});

test('The sweep runs each minute, and its own schedule is its retry', () => {
  Template.fromStack(workflowOrchestration).hasResourceProperties('AWS::Events::Rule', {
    ScheduleExpression: 'cron(* * * * ? *)',
    Targets: [Match.objectLike({ RetryPolicy: { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0 } })],
  });
});
