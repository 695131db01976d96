import { Template } from 'aws-cdk-lib/assertions';
import { commonEnvironment, environments, type FunctionName } from '../../lambda/contracts/environment.ts';
import { givingUp } from '../../lambda/contracts/given-up.ts';
import { build, type Resource, readable, resources, settingsWithWebhook, stacksOf } from './build.ts';

/** With everything that a function exists for only where it is configured. */
const settings = { ...settingsWithWebhook, sharedRoles: ['App'], fencedRoles: ['App'] };
const stacks = stacksOf(build({ settings }));
const all = (type: string): [string, Resource][] =>
  Object.values(stacks).flatMap((stack) => Object.entries(resources(stack, type)));
const properties = (resource: Resource | undefined) =>
  readable(resource?.Properties) as Readonly<Record<string, unknown>>;
/** The halt switch changes what others may, so that a stage with one has a test of its own. */
const names = (Object.keys(environments) as FunctionName[]).filter((name) => name !== 'switch');
const functions = all('AWS::Lambda::Function');
const functionOf = (name: FunctionName) =>
  functions.find(
    ([, { Properties }]) => Properties['FunctionName'] === `bedrock-budgeteer-test-${name}`,
  )?.[1];

interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: unknown;
}
const list = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value as T]);
const policies = all('AWS::IAM::Policy').map(([id, resource]) => {
  const { PolicyDocument, Roles } = properties(resource) as {
    PolicyDocument: { Statement: Statement[] };
    Roles: string[];
  };
  return { id, roles: Roles, statements: PolicyDocument.Statement };
});
const statementsOf = (name: FunctionName): Statement[] => {
  const role = (properties(functionOf(name))['Role'] as string).replace('.Arn', '');
  return policies.filter(({ roles }) => roles.includes(role)).flatMap(({ statements }) => statements);
};
/** `Action on Resource`, allowed ones. */
const allowed = (name: FunctionName) =>
  statementsOf(name)
    .filter(({ Effect }) => Effect === 'Allow')
    .flatMap(({ Action, Resource }) =>
      list(Action).flatMap((action) => list(Resource).map((on) => `${action} on ${on}`)),
    );

describe('Each function', () => {
  test.each(names)('%s has every variable of its contract, and no other', (name) => {
    const { Environment } = properties(functionOf(name)) as { Environment: { Variables: object } };

    expect(Object.keys(Environment.Variables).sort()).toEqual(
      [...commonEnvironment, ...environments[name]].sort(),
    );
  });

  test.each(names)('%s runs on Node 24, on Arm, with logs of its own that are kept six months', (name) => {
    const { Runtime, Architectures, LoggingConfig } = properties(functionOf(name)) as Record<string, unknown>;
    const { LogGroup } = LoggingConfig as { LogGroup: string };
    const [, logGroup] = all('AWS::Logs::LogGroup').find(([id]) => `<${id}>` === LogGroup) ?? [];

    expect({ Runtime, Architectures }).toEqual({ Runtime: 'nodejs24.x', Architectures: ['arm64'] });
    expect(logGroup?.Properties).toMatchObject({
      LogGroupName: `/aws/lambda/bedrock-budgeteer-test-${name}`,
      RetentionInDays: 180,
    });
  });

  test('has a role that no other function has, under the path that enforcement never touches', () => {
    const roles = functions.map(([, { Properties }]) => readable(Properties['Role']));

    expect(new Set(roles).size).toBe(names.length);
    for (const [, { Properties }] of all('AWS::IAM::Role'))
      expect(Properties['Path']).toBe('/bedrock-budget/');
  });
});

describe('No role', () => {
  const allows = policies.flatMap(({ id, statements }) =>
    statements.filter(({ Effect }) => Effect === 'Allow').map((statement) => ({ id, ...statement })),
  );

  test('may do a wildcard of actions', () => {
    expect(allows.flatMap(({ Action }) => list(Action)).filter((action) => action.includes('*'))).toEqual([]);
  });

  test('may act on everything, but for what IAM cannot limit', () => {
    const everywhere = allows.filter(({ Resource }) => list(Resource).includes('*'));

    for (const { Action } of everywhere) {
      const unlimited = list(Action).filter(
        (action) =>
          !['dynamodb:ListStreams', 'events:ListRules'].includes(action) &&
          !['bedrock:ListInferenceProfiles', 'bedrock:ListModelInvocationJobs'].includes(action) &&
          !action.startsWith('logs:') &&
          !['cloudwatch:GetMetricData', 'cloudwatch:ListMetrics', 'pricing:GetProducts'].includes(action) &&
          !action.endsWith('ModelInvocationLoggingConfiguration'),
      );
      expect(unlimited).toEqual([]);
    }
  });

  test('has a managed policy of AWS', () => {
    expect(all('AWS::IAM::Role').filter(([, { Properties }]) => 'ManagedPolicyArns' in Properties)).toEqual(
      [],
    );
  });
});

describe('Ingest', () => {
  test('may look users, roles and application profiles up, and change none', () => {
    const lookedUp = allowed('ingest').filter((grant) => /^(iam|bedrock):/.test(grant));

    expect(lookedUp.sort()).toEqual([
      'bedrock:GetInferenceProfile on arn:<AWS::Partition>:bedrock:<AWS::Region>:<AWS::AccountId>:application-inference-profile/*',
      'bedrock:ListInferenceProfiles on *',
      'iam:GetRole on arn:<AWS::Partition>:iam::<AWS::AccountId>:role/*',
      'iam:GetUser on arn:<AWS::Partition>:iam::<AWS::AccountId>:user/*',
    ]);
  });
});

describe('The enforcer', () => {
  const iam = statementsOf('enforcer').filter(({ Action }) =>
    list(Action).some((action) => action.startsWith('iam:')),
  );

  test('may attach and detach exactly our own policies', () => {
    const attaching = iam.filter(
      ({ Effect, Action }) =>
        Effect === 'Allow' && list(Action).some((a) => /tach/.test(a) && !/List/.test(a)),
    );

    expect(attaching).toEqual([
      expect.objectContaining({
        Action: [
          'iam:AttachRolePolicy',
          'iam:AttachUserPolicy',
          'iam:DetachRolePolicy',
          'iam:DetachUserPolicy',
        ],
        Condition: {
          ArnEquals: {
            'iam:PolicyARN': [
              '<import BudgetPoliciesSuspended>',
              '<import BudgetPoliciesRestricted>',
              '<import BudgetPoliciesNoPremium>',
            ],
          },
        },
      }),
    ]);
  });

  test('may author no policy text and make no principal: beside our denies, it switches keys of Bedrock', () => {
    const writing = iam
      .filter(({ Effect }) => Effect === 'Allow')
      .flatMap(({ Action }) => list(Action))
      .filter((action) => !/^iam:(Get|List|Simulate|Attach|Detach)/.test(action));

    expect(writing).toEqual(['iam:UpdateServiceSpecificCredential']);
  });

  test('is denied every change of what is protected, named break-glass principals too', () => {
    const stage = build({ settings: { mode: 'enforce', breakGlass: ['user/rescue'] } });
    const documents = JSON.stringify(
      Object.values(resources(stage.workflowOrchestration, 'AWS::IAM::Policy')).map(({ Properties }) =>
        readable(Properties),
      ),
    );

    expect(documents).toContain('"Sid":"NeverTouchTheProtected"');
    expect(documents).toContain(':iam::*:user/*/rescue"');
    expect(iam.find(({ Sid }) => Sid === 'NeverTouchTheProtected')?.Resource).toEqual(
      expect.arrayContaining([
        'arn:<AWS::Partition>:iam::*:role/bedrock-budget/*',
        'arn:<AWS::Partition>:iam::*:role/aws-service-role/*',
        'arn:<AWS::Partition>:iam::*:role/aws-reserved/*',
      ]),
    );
  });

  test('reserves no concurrency, of which a new account has hardly any', () => {
    expect(functionOf('enforcer')?.Properties['ReservedConcurrentExecutions']).toBeUndefined();
  });
});

describe('The function that lifts denies', () => {
  test('finds and detaches exactly our own policies, and can attach nothing', () => {
    const iam = statementsOf('lift-denies').filter(({ Action }) => list(Action)[0]?.startsWith('iam:'));
    const [suspended, restricted, noPremium] = ['Suspended', 'Restricted', 'NoPremium'].map(
      (name) => `<import BudgetPolicies${name}>`,
    );

    expect(iam).toEqual([
      { Effect: 'Allow', Action: 'iam:ListEntitiesForPolicy', Resource: [noPremium, restricted, suspended] },
      {
        Sid: 'OnlyOurOwnDenies',
        Effect: 'Allow',
        Action: ['iam:DetachGroupPolicy', 'iam:DetachRolePolicy', 'iam:DetachUserPolicy'],
        Resource: ['group', 'role', 'user'].map(
          (kind) => `arn:<AWS::Partition>:iam::<AWS::AccountId>:${kind}/*`,
        ),
        Condition: { ArnEquals: { 'iam:PolicyARN': [suspended, restricted, noPremium] } },
      },
      {
        Effect: 'Allow',
        Action: 'iam:ListServiceSpecificCredentials',
        Resource: 'arn:<AWS::Partition>:iam::<AWS::AccountId>:user/*',
      },
      {
        Sid: 'BedrockKeysOnAndOff',
        Effect: 'Allow',
        Action: 'iam:UpdateServiceSpecificCredential',
        Resource: 'arn:<AWS::Partition>:iam::<AWS::AccountId>:user/*',
        Condition: { StringEquals: { 'iam:ServiceSpecificCredentialServiceName': 'bedrock.amazonaws.com' } },
      },
      {
        Sid: 'TakeOurFencesOff',
        Effect: 'Allow',
        Action: ['iam:DeleteRolePolicy', 'iam:GetRolePolicy'],
        Resource: ['*/App', 'App'].map((role) => `arn:<AWS::Partition>:iam::<AWS::AccountId>:role/${role}`),
      },
    ]);
  });
});

describe('The function that sets up logging', () => {
  const statements = statementsOf('logging').map(({ Effect: _, ...statement }) => statement);

  test('may configure logging, hand one role to Bedrock alone, and keep one item', () => {
    expect(JSON.parse(withoutHash(JSON.stringify(statements)))).toEqual([
      {
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: '<InvocationLoggingLoggingLogs.Arn>',
      },
      {
        Action: [
          ...['Delete', 'Get', 'Put'].map((verb) => `bedrock:${verb}ModelInvocationLoggingConfiguration`),
          'events:ListRules',
        ],
        Resource: '*',
      },
      {
        Sid: 'OnlyToBedrock',
        Action: 'iam:PassRole',
        Resource: '<InvocationLogGroupBedrockRole.Arn>',
        Condition: { StringEquals: { 'iam:PassedToService': 'bedrock.amazonaws.com' } },
      },
      {
        Sid: 'OnlyTheDeploymentsOwnItem',
        Action: ['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem'],
        Resource: '<import UserBudgets.Arn>',
        Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['deployment'] } },
      },
      { Action: 'logs:DescribeSubscriptionFilters', Resource: '<InvocationLogGroup.Arn>' },
    ]);
  });
});

test('What takes up may call those that give up and no others, and changes nothing itself', () => {
  const grants = allowed('take-up');
  expect(grants.filter((grant) => grant.startsWith('lambda:')).length).toBe(givingUp.length);
  for (const name of givingUp) {
    expect(grants).toContainEqual(expect.stringMatching(new RegExp(`^lambda:InvokeFunction on .*-${name}$`)));
  }
  expect(
    grants.filter((grant) => /:(Put(?!LogEvents)|Update|Delete(?!Message)|Send|Start|Attach)/.test(grant)),
  ).toEqual([]);
});

describe('Webhooks', () => {
  test('have their addresses read by one function, which may read these and no other secret', () => {
    const readers = names.filter((name) =>
      allowed(name).some((grant) => grant.startsWith('secretsmanager:')),
    );

    expect(readers).toEqual(['notify-webhooks']);
    expect(allowed('notify-webhooks').filter((grant) => /^(secretsmanager|kms):/.test(grant))).toEqual([
      'secretsmanager:GetSecretValue on arn:aws:secretsmanager:eu-central-1:111122223333:secret:ops-AbCdEf',
    ]);
  });

  test('that no stage has need no function, queue or right', () => {
    const { monitoring } = build({ settings: { mode: 'enforce' } });
    const text = JSON.stringify(Template.fromStack(monitoring).toJSON());

    expect(text).not.toMatch(/secretsmanager|notify-webhooks|-webhooks-dead-letters/);
  });

  test('and the topic of people exist where the stage names them', () => {
    const { monitoring } = build({ settings: { mode: 'enforce', userChannels: {} } });

    Template.fromStack(monitoring).hasResourceProperties('AWS::SNS::Topic', {
      TopicName: 'bedrock-budgeteer-test-user-warnings',
    });
  });
});

describe('The function that compares prices', () => {
  test('may read the price list, keep one item and write to the operators, and change no price', () => {
    const statements = statementsOf('prices').map(({ Effect: _, ...statement }) => statement);

    expect(JSON.parse(withoutHash(JSON.stringify(statements)))).toEqual([
      {
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: '<PriceUpkeepPricesLogs.Arn>',
      },
      { Action: 'pricing:GetProducts', Resource: '*' },
      {
        Sid: 'OnlyTheDeploymentsOwnItem',
        Action: ['dynamodb:GetItem', 'dynamodb:PutItem'],
        Resource: '<import UserBudgets.Arn>',
        Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['deployment'] } },
      },
      { Action: 'sns:Publish', Resource: '<OperationsTopic>' },
    ]);
  });
});

describe('The function that anchors the audit chains', () => {
  test('may read the trail, add objects and find the newest anchor, and neither delete nor unlock any', () => {
    const statements = statementsOf('anchors').map(({ Effect: _, ...statement }) => statement);

    expect(JSON.parse(withoutHash(JSON.stringify(statements)))).toEqual([
      {
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: '<AuditAnchorsAnchorsLogs.Arn>',
      },
      { Action: ['dynamodb:Query', 'dynamodb:Scan'], Resource: '<import AuditLogs.Arn>' },
      {
        Action: 's3:PutObject',
        Resource: [
          'arn:<AWS::Partition>:s3:::bedrock-budgeteer-test-audit-<AWS::AccountId>/anchors/*',
          'arn:<AWS::Partition>:s3:::bedrock-budgeteer-test-audit-<AWS::AccountId>/entries/*',
        ],
      },
      {
        Action: 's3:GetObject',
        Resource: 'arn:<AWS::Partition>:s3:::bedrock-budgeteer-test-audit-<AWS::AccountId>/anchors/*',
      },
      {
        Sid: 'FindsTheNewestAnchor',
        Action: 's3:ListBucket',
        Resource: 'arn:<AWS::Partition>:s3:::bedrock-budgeteer-test-audit-<AWS::AccountId>',
        Condition: { StringEquals: { 's3:prefix': 'anchors/' } },
      },
    ]);
  });
});

describe('Permissions on data', () => {
  const onTables = (name: FunctionName) =>
    allowed(name).filter(
      (grant) => /^(dynamodb|s3|sns|states|lambda):/.test(grant) && !/Stream|GetRecords|GetShard/.test(grant),
    );

  test.each<[FunctionName, string[]]>([
    [
      'audit',
      ['dynamodb:PartiQLInsert on <import AuditLogs.Arn>', 'dynamodb:Query on <import AuditLogs.Arn>'],
    ],
    [
      'notify',
      [
        'dynamodb:BatchGetItem on <import UserBudgets.Arn>',
        'dynamodb:GetItem on <import BudgetAlerts.Arn>',
        'dynamodb:PutItem on <import BudgetAlerts.Arn>',
        'dynamodb:Query on <import UsageTracking.Arn>',
        'dynamodb:UpdateItem on <import BudgetAlerts.Arn>',
        'sns:Publish on <BudgetAlertsTopic>',
        'sns:Publish on <CriticalTopic>',
      ],
    ],
    ['notify-webhooks', ['dynamodb:UpdateItem on <import BudgetAlerts.Arn>']],
    [
      'ingest',
      [
        ...['BatchGetItem', 'ConditionCheckItem', 'GetItem', 'PutItem', 'UpdateItem'].flatMap((action) => [
          `dynamodb:${action} on <import UsageTracking.Arn>`,
          `dynamodb:${action} on <import UserBudgets.Arn>`,
        ]),
        's3:GetObject on <import InvocationLogs.Arn>/AWSLogs/<AWS::AccountId>/BedrockModelInvocationLogs/*',
      ],
    ],
    [
      'holds',
      [
        ...['BatchGetItem', 'ConditionCheckItem', 'GetItem', 'PutItem', 'UpdateItem'].map(
          (action) => `dynamodb:${action} on <import UserBudgets.Arn>`,
        ),
        'dynamodb:PutItem on <import BudgetAlerts.Arn>',
      ],
    ],
    [
      'overrides',
      [
        ...['BatchGetItem', 'ConditionCheckItem', 'GetItem', 'PutItem', 'UpdateItem'].map(
          (action) => `dynamodb:${action} on <import UserBudgets.Arn>`,
        ),
        'dynamodb:PutItem on <import BudgetAlerts.Arn>',
      ],
    ],
    [
      'enforcer',
      [
        ...['ConditionCheckItem', 'DeleteItem', 'GetItem', 'PutItem', 'UpdateItem'].map(
          (action) => `dynamodb:${action} on <import UserBudgets.Arn>`,
        ),
        'lambda:InvokeFunction on <BatchJobsFunction.Arn>',
        'lambda:InvokeFunction on <FenceFunction.Arn>',
      ],
    ],
  ])('%s has these and no others', (name, grants) => {
    expect(onTables(name).map(withoutHash).sort()).toEqual(grants.sort());
  });

  test('sweep may do what evaluate may, and look for what is due and how executions stand', () => {
    const evaluate = new Set(onTables('evaluate'));

    expect(
      onTables('sweep')
        .filter((grant) => !evaluate.has(grant))
        .map(withoutHash)
        .sort(),
    ).toEqual([
      'dynamodb:Query on <import UserBudgets.Arn>/index/due',
      ...['Halt', 'Restoration', 'Resume', 'Suspension'].map(
        (machine) =>
          `states:DescribeExecution on arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:<${machine}Machine.Name>:*`,
      ),
    ]);
  });

  test('evaluate may start the four workflows and ask the enforcer', () => {
    const acting = onTables('evaluate').filter((grant) => /^(states|lambda):/.test(grant));

    expect(acting.map(withoutHash).sort()).toEqual([
      'lambda:InvokeFunction on <CatchUpFunction.Arn>',
      'lambda:InvokeFunction on <Enforcer.Arn>',
      // By name: it stands in another stack.
      'lambda:InvokeFunction on arn:<AWS::Partition>:lambda:<AWS::Region>:<AWS::AccountId>:function:bedrock-budgeteer-test-prove',
      ...['Halt', 'Restoration', 'Resume', 'Suspension'].map(
        (machine) => `states:StartExecution on <${machine}Machine>`,
      ),
    ]);
  });

  test('catch-up may read and stamp what was posted, and nothing of the quarantine', () => {
    const ledger = statementsOf('catch-up').filter(({ Sid }) => Sid === 'OnlyWhatWasPosted');

    expect(JSON.parse(withoutHash(JSON.stringify(ledger)))).toEqual([
      {
        Sid: 'OnlyWhatWasPosted',
        Effect: 'Allow',
        Action: ['dynamodb:Query', 'dynamodb:UpdateItem'],
        Resource: '<import UsageTracking.Arn>',
        Condition: {
          'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['<AWS::AccountId>#*', 'event#*'] },
        },
      },
    ]);
    expect(onTables('catch-up').filter((grant) => /^(states|lambda|iam):/.test(grant))).toEqual([]);
  });

  test('enforce-everyone may do what evaluate may, read the list of principals, and halt or resume nothing by itself', () => {
    const evaluate = onTables('evaluate').map(withoutHash);
    const enforceEveryone = onTables('enforce-everyone').map(withoutHash);

    expect(enforceEveryone.filter((grant) => !evaluate.includes(grant))).toEqual([
      'dynamodb:Query on <import UserBudgets.Arn>/index/due',
    ]);
    expect(evaluate.filter((grant) => !enforceEveryone.includes(grant)).sort()).toEqual([
      'lambda:InvokeFunction on <CatchUpFunction.Arn>',
      'lambda:InvokeFunction on arn:<AWS::Partition>:lambda:<AWS::Region>:<AWS::AccountId>:function:bedrock-budgeteer-test-prove',
      'states:StartExecution on <HaltMachine>',
      'states:StartExecution on <ResumeMachine>',
    ]);
  });

  test('the doors reach the items of overrides only, and only the door for orders writes one', () => {
    const statements = (name: FunctionName) =>
      statementsOf(name).flatMap(({ Action, Condition }) =>
        list(Action)
          .filter((action) => action.startsWith('dynamodb:'))
          .map((action) => [action, Condition]),
      );
    const onlyOverrides = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['override#*'] } };

    expect(statements('front-door')).toEqual([['dynamodb:PutItem', onlyOverrides]]);
    expect(statements('approvals')).toEqual([['dynamodb:GetItem', onlyOverrides]]);
  });

  test('reach the override machine by their doors only', () => {
    const on = (action: string) =>
      names.filter((name) =>
        allowed(name).map(withoutHash).includes(`states:${action} on <OverrideMachine>`),
      );

    expect(on('StartExecution')).toEqual(['front-door']);
    expect(on('SendTaskSuccess')).toEqual(['approvals']);
  });

  test('reach the key where the stage has one of its own', () => {
    const stage = build({ kms: 'customer-managed' });

    Template.fromStack(stage.security).resourceCountIs('AWS::KMS::Key', 1);
    for (const stack of [stage.monitoring, stage.eventIngestion, stage.workflowOrchestration]) {
      const documents = Object.entries(resources(stack, 'AWS::IAM::Policy')).filter(
        ([id]) => !/(Suspension|Restoration|Halt|Resume|Override)Role|Bedrock|LiftDenies/.test(id),
      );
      for (const [, policy] of documents) expect(JSON.stringify(readable(policy))).toContain('kms:Decrypt');
    }
  });
});

/** CDK ends logical ids in eight hexadecimal digits. */
function withoutHash(grant: string): string {
  return grant.replace(/<([A-Za-z]+?)[0-9A-F]{8}(\.\w+)?>/g, '<$1$2>');
}

describe('The function that sends reports', () => {
  test('reads budgets, writes only what it remembers of itself, and speaks to the topic of alerts alone', () => {
    const statements = statementsOf('reports');
    expect(allowed('reports').filter((grant) => !grant.startsWith('logs:'))).toEqual([
      'dynamodb:Scan on <import UserBudgets.Arn>',
      'dynamodb:GetItem on <import UserBudgets.Arn>',
      'dynamodb:PutItem on <import UserBudgets.Arn>',
      expect.stringMatching(/^sns:Publish on <BudgetAlertsTopic\w+>$/),
    ]);
    expect(statements.find(({ Sid }) => Sid === 'OnlyTheDeploymentsOwnItems')?.Condition).toEqual({
      'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['deployment'] },
    });
  });

  test('is not there where the stage wants no report', () => {
    const quiet = build({ settings: { ...settings, reports: { daily: false, weekly: false } } });
    const monitoring = Template.fromStack(quiet.monitoring).toJSON();
    expect(JSON.stringify(monitoring)).not.toMatch(/-reports/);
  });
});
