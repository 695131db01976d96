import { Template } from 'aws-cdk-lib/assertions';
import { parseStageConfig, type StageConfigInput } from '../../lib/config.ts';
import missingTypes from '../../lib/regions/missing-types.json' with { type: 'json' };
import {
  budgetPlace,
  doorForm,
  partitionOf,
  refuseImpossible,
  regionWarnings,
} from '../../lib/regions/region-choices.ts';
import { findMissingTypes } from '../../scripts/regions/find-missing-types.ts';
import { build, resources } from './build.ts';

const account = '111122223333';
const inRegion = (region: string, more: Partial<StageConfigInput> = {}) =>
  build({ account, region, ...more });
const config = (more: Partial<StageConfigInput>) =>
  parseStageConfig({ stage: 'test', settings: { mode: 'shadow' }, ...more });

describe('What is known of Regions', () => {
  test('is what the validator on disk says (else: node scripts/write-region-docs.ts)', () => {
    expect(findMissingTypes()).toEqual(missingTypes);
  });

  test.each([
    ['eu-central-1', 'url', { where: 'here' }],
    ['eu-north-1', 'url', { where: 'elsewhere', region: 'us-east-1' }],
    ['mx-central-1', 'api', { where: 'elsewhere', region: 'us-east-1' }],
    ['us-gov-west-1', 'api', { where: 'nowhere', why: expect.stringContaining('us-gov-west-1') }],
    ['cn-north-1', 'url', { where: 'here' }],
    [undefined, 'url', { where: 'here' }],
  ] as const)('in %s the front door is the form "%s"', (region, form, place) => {
    expect(doorForm({ region })).toBe(form);
    expect(budgetPlace({ region })).toEqual(place);
  });

  test.each([
    ['us-gov-east-1', 'aws-us-gov'],
    ['cn-north-1', 'aws-cn'],
    ['eusc-de-east-1', undefined],
    ['us-iso-east-1', undefined],
    ['eu-isoe-west-1', undefined],
    ['me-west-1', 'aws'],
  ])('%s is of the partition %s', (region, partition) => {
    expect(partitionOf(region)).toBe(partition);
  });
});

describe('A stage that is pinned to a Region', () => {
  test.each<[string, Partial<StageConfigInput>, RegExp]>([
    ['a partition that nobody tried', { region: 'us-iso-east-1' }, /set `region`/],
    [
      'anomalies where there are none',
      { region: 'mx-central-1', costAnomalies: {} },
      /leave `costAnomalies` out/,
    ],
    [
      'events of IAM from another partition',
      { region: 'us-gov-west-1', iamEvents: { forwardFrom: 'us-east-1' } },
      /`iamEvents\.forwardFrom`.*leave it out/,
    ],
  ])('stops with the setting to change, for %s', (_, more, sentence) => {
    expect(() => refuseImpossible(config({ account, ...more }))).toThrow(sentence);
    expect(() => build({ account, ...more })).toThrow(sentence);
  });

  test.each<[string, Partial<StageConfigInput>, RegExp[]]>([
    ['names neither account nor Region', {}, [/set `account` and `region`/]],
    ['names no account', { region: 'eu-west-1' }, [/set `account` and `region`/]],
    ['names both', { account, region: 'eu-west-1' }, []],
    ['is where AWS Budgets is not', { account, region: 'us-gov-west-1' }, [/no AWS budget/]],
    ['is there and knows it', { account, region: 'us-gov-west-1', awsBudget: { enabled: false } }, []],
    ['is where the validator knows nothing', { account, region: 'me-west-1' }, [/not known to/]],
  ])('warns where it %s', (_, more, sentences) => {
    const warnings = regionWarnings(config(more));

    expect(warnings).toHaveLength(sentences.length);
    for (const [index, sentence] of sentences.entries()) expect(warnings[index]).toMatch(sentence);
  });
});

describe("AWS's own budget", () => {
  const billOf = (app: ReturnType<typeof build>) =>
    app.app.node.children.find(({ node }) => node.id === 'bedrock-budgeteer-test-bill');

  test('is made in us-east-1 where the Region has none, for the topic where the stage is', () => {
    const bill = billOf(inRegion('eu-north-1')) as ReturnType<typeof build>['monitoring'];

    expect(bill.region).toBe('us-east-1');
    expect(JSON.stringify(Template.fromStack(bill).toJSON())).toContain(
      `:sns:eu-north-1:${account}:bedrock-budgeteer-test-critical`,
    );
  });

  test('is left out where its partition has none', () => {
    expect(billOf(inRegion('us-gov-west-1'))).toBeUndefined();
  });

  test('keeps nothing waiting', () => {
    const built = inRegion('eu-central-1');

    for (const stack of [built.monitoring, built.eventIngestion, built.workflowOrchestration])
      expect(stack.dependencies.map(({ stackName }) => stackName)).not.toContain(
        'bedrock-budgeteer-test-bill',
      );
  });
});

describe('The front door where Lambda has no function URLs', () => {
  const { workflowOrchestration: stack } = inRegion('mx-central-1');
  const properties = (type: string) =>
    Object.values(resources(stack, type)).map(({ Properties }) => Properties);

  test('is an API whose every route IAM guards, and whose event is that of a function URL', () => {
    expect(properties('AWS::Lambda::Url')).toEqual([]);
    expect(
      properties('AWS::ApiGatewayV2::Route').map(({ RouteKey, AuthorizationType }) => [
        RouteKey,
        AuthorizationType,
      ]),
    ).toEqual([
      ['POST /orders', 'AWS_IAM'],
      ['POST /approvals', 'AWS_IAM'],
    ]);
    expect(
      properties('AWS::ApiGatewayV2::Integration').map(({ PayloadFormatVersion }) => PayloadFormatVersion),
    ).toEqual(['2.0', '2.0']);
  });

  test('lets operators call the route of orders, approvers that of approvals, and nobody a function', () => {
    const statements = (name: string) =>
      JSON.stringify(
        properties('AWS::IAM::ManagedPolicy').find(
          ({ ManagedPolicyName }) => ManagedPolicyName === `BedrockBudget${name}-test`,
        ),
      );

    expect(statements('Operator')).toContain('/$default/POST/orders');
    expect(statements('Operator')).not.toContain('POST/approvals');
    expect(statements('Approver')).toContain('/$default/POST/approvals');
    for (const name of ['Operator', 'Approver', 'Viewer']) expect(statements(name)).not.toContain('lambda:');
    expect(statements('Viewer')).not.toContain('execute-api');
  });

  test('says where each door is, as the commands look for it', () => {
    const outputs = Object.keys(Template.fromStack(stack).findOutputs('*'));

    expect(outputs.filter((key) => /^FrontDoor(Orders|Approvals)Url/.test(key))).toHaveLength(2);
  });
});
