import { tamperStatements } from '../../../lambda/domain/deny-policies/tamper-statements.ts';
import type { FoundPolicy, PolicyHolder } from '../../../scripts/budgeteer/doctor/bedrock-callers.ts';
import { tamperers } from '../../../scripts/budgeteer/doctor/tamperers.ts';

const place = {
  ...{ stage: 'production', account: '111122223333', partition: 'aws', region: 'eu-central-1' },
  ...{ logGroup: '/bedrock-budgeteer/production/model-invocations', bootstrapQualifier: 'hnb659fds' },
  breakGlass: ['role/Rescue'],
};
const allow = (Action: string | string[], Resource = '*'): FoundPolicy => ({
  Statement: { Effect: 'Allow', Action, Resource },
});
const holder = (name: string, documents: FoundPolicy[], more: Partial<PolicyHolder> = {}): PolicyHolder => ({
  ...{ type: 'role', name, path: '/', attached: 1, documents },
  ...more,
});
const of = (...holders: PolicyHolder[]) => tamperers(holders, place);

describe('Who could tamper', () => {
  test('is told with what each could do, the most powerful first', () => {
    expect(
      of(
        holder('Basic', [allow('logs:PutLogEvents')]),
        holder('Admin', [allow('*')]),
        holder('Reader', [allow(['dynamodb:GetItem', 'lambda:Get*'])]),
      ).map(({ subject, could }) => [subject, could.length]),
    ).toEqual([
      ['role/Admin', 10],
      ['role/Basic', 1],
    ]);
  });

  test('is not who may do it to resources of others alone', () => {
    expect(
      of(
        holder('Basic', [
          allow('logs:PutLogEvents', 'arn:aws:logs:eu-central-1:111122223333:log-group:/aws/lambda/x:*'),
        ]),
        holder('Shop', [allow('dynamodb:*', 'arn:aws:dynamodb:*:*:table/shop')]),
      ),
    ).toEqual([]);
    expect(of(holder('Wide', [allow('dynamodb:*', 'arn:aws:dynamodb:*:*:table/*')]))).toEqual([
      { subject: 'role/Wide', could: ['write tables'] },
    ]);
  });

  test.each<[string, PolicyHolder]>([
    ['our own roles', holder('ingest', [allow('*')], { path: '/bedrock-budget/' })],
    ['who deploys us', holder('cdk-hnb659fds-cfn-exec-role-1', [allow('*')])],
    ['break-glass principals', holder('Rescue', [allow('*')])],
    ['the break-glass path', holder('Breaker', [allow('*')], { path: '/break-glass/' })],
    [
      'whoever carries the deny',
      holder('Dev', [allow('*'), { Statement: tamperStatements('managed') as never }]),
    ],
  ])('leaves out %s', (_, one) => {
    expect(of(one)).toEqual([]);
  });
});
