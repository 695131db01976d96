import { Template } from 'aws-cdk-lib/assertions';
import { environments, type FunctionName } from '../../lambda/contracts/environment.ts';
import { build, type Resource, readable, resources, stacksOf } from './build.ts';

const stacks = stacksOf(build());
const all = (type: string): [string, Resource][] =>
  Object.values(stacks).flatMap((stack) => Object.entries(resources(stack, type)));
const properties = (resource: Resource | undefined) =>
  readable(resource?.Properties) as Readonly<Record<string, unknown>>;
const names = Object.keys(environments) as FunctionName[];
const functions = all('AWS::Lambda::Function');
const functionOf = (name: FunctionName) =>
  functions.find(
    ([, { Properties }]) => Properties['FunctionName'] === `bedrock-budgeteer-test-${name}`,
  )?.[1];

interface Statement {
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

    expect(Object.keys(Environment.Variables).sort()).toEqual([...environments[name]].sort());
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
          action !== 'dynamodb:ListStreams' &&
          action !== 'bedrock:ListInferenceProfiles' &&
          !action.startsWith('logs:') &&
          action !== 'pricing:GetProducts' &&
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

  test('may attach and detach exactly our two policies', () => {
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
          ArnEquals: { 'iam:PolicyARN': ['<import BudgetPoliciesHalt>', '<import BudgetPoliciesEconomy>'] },
        },
      }),
    ]);
  });

  test('may author no policy text and make no principal', () => {
    const writing = iam
      .filter(({ Effect }) => Effect === 'Allow')
      .flatMap(({ Action }) => list(Action))
      .filter((action) => !/^iam:(Get|List|Attach|Detach)/.test(action));

    expect(writing).toEqual([]);
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
    expect(iam.find(({ Effect }) => Effect === 'Deny')?.Resource).toEqual(
      expect.arrayContaining([
        'arn:<AWS::Partition>:iam::*:role/bedrock-budget/*',
        'arn:<AWS::Partition>:iam::*:role/aws-service-role/*',
        'arn:<AWS::Partition>:iam::*:role/aws-reserved/*',
      ]),
    );
  });

  test('has two hands', () => {
    expect(functionOf('enforcer')?.Properties['ReservedConcurrentExecutions']).toBe(2);
  });
});

describe('The function that lifts denies', () => {
  test('finds and detaches exactly our two policies, and can attach nothing', () => {
    const iam = statementsOf('lift-denies').filter(({ Action }) => list(Action)[0]?.startsWith('iam:'));
    const policies = ['<import BudgetPoliciesEconomy>', '<import BudgetPoliciesHalt>'];

    expect(iam).toEqual([
      { Effect: 'Allow', Action: 'iam:ListEntitiesForPolicy', Resource: policies },
      {
        Sid: 'OnlyOurOwnDenies',
        Effect: 'Allow',
        Action: ['iam:DetachGroupPolicy', 'iam:DetachRolePolicy', 'iam:DetachUserPolicy'],
        Resource: ['group', 'role', 'user'].map(
          (kind) => `arn:<AWS::Partition>:iam::<AWS::AccountId>:${kind}/*`,
        ),
        Condition: { ArnEquals: { 'iam:PolicyARN': [...policies].reverse() } },
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
        Action: ['Delete', 'Get', 'Put'].map((verb) => `bedrock:${verb}ModelInvocationLoggingConfiguration`),
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
        'dynamodb:GetItem on <import BudgetAlerts.Arn>',
        'dynamodb:UpdateItem on <import BudgetAlerts.Arn>',
        'sns:Publish on <BudgetAlertsTopic>',
        'sns:Publish on <CriticalTopic>',
      ],
    ],
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
      'enforcer',
      ['ConditionCheckItem', 'DeleteItem', 'GetItem', 'PutItem', 'UpdateItem'].map(
        (action) => `dynamodb:${action} on <import UserBudgets.Arn>`,
      ),
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
      'states:DescribeExecution on arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:<RestorationMachine.Name>:*',
      'states:DescribeExecution on arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:<SuspensionMachine.Name>:*',
    ]);
  });

  test('evaluate may start both workflows and ask the enforcer', () => {
    expect(onTables('evaluate').map(withoutHash)).toEqual(
      expect.arrayContaining([
        'states:StartExecution on <SuspensionMachine>',
        'states:StartExecution on <RestorationMachine>',
        'lambda:InvokeFunction on <Enforcer.Arn>',
      ]),
    );
  });

  test('reach the key where the stage has one of its own', () => {
    const stage = build({ kms: 'customer-managed' });

    Template.fromStack(stage.security).resourceCountIs('AWS::KMS::Key', 1);
    for (const stack of [stage.monitoring, stage.eventIngestion, stage.workflowOrchestration]) {
      const documents = Object.entries(resources(stack, 'AWS::IAM::Policy')).filter(
        ([id]) => !/Suspension|Restoration|Bedrock|LiftDenies/.test(id),
      );
      for (const [, policy] of documents) expect(JSON.stringify(readable(policy))).toContain('kms:Decrypt');
    }
  });
});

/** CDK ends logical ids in eight hexadecimal digits. */
function withoutHash(grant: string): string {
  return grant.replace(/<([A-Za-z]+?)[0-9A-F]{8}(\.\w+)?>/g, '<$1$2>');
}
