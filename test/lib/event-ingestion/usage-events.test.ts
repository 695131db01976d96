import { parseStageConfig, StageConfigError, type StageConfigInput } from '../../../lib/config.ts';
import { evaluateResourcePolicy, type PolicyStatement } from '../../../scripts/local/aws/policy.ts';
import { build, readable, resources } from '../build.ts';
import { ResolvedStage, resolvedPlace } from '../resolved.ts';

const partner = '999988887777';
const reporter = `arn:aws:iam::${resolvedPlace.account}:role/tools/UsageReporter`;
const admin = `arn:aws:iam::${resolvedPlace.account}:user/admin`;

describe('The usage bus', () => {
  const stages = new Map<string, ResolvedStage>();
  const decisionFor = (usageBusPutters: string[], principalArn: string) => {
    const stage = stages.get(String(usageBusPutters)) ?? new ResolvedStage({ usageBusPutters });
    stages.set(String(usageBusPutters), stage);
    const bus = String(stage.all('AWS::Events::EventBus')[0]?.arn);
    const statements = stage
      .all('AWS::Events::EventBusPolicy')
      .map(({ properties }) => properties['Statement'] as PolicyStatement);
    const context = {
      'aws:PrincipalArn': principalArn,
      'aws:PrincipalAccount': String(principalArn.split(':')[4]),
    };
    const request = { action: 'events:PutEvents', resource: bus, principalArn, context };
    const document = { Version: '2012-10-17', Statement: statements };
    return evaluateResourcePolicy({ source: 'bus', document }, request).decision;
  };

  it('takes from nobody unless the stage names someone, not even from an administrator of its account', () => {
    expect(decisionFor([], admin)).toBe('explicitDeny');
  });

  it('takes from the role that the stage names, and from no other principal of the same account', () => {
    expect(decisionFor([reporter], reporter)).toBe('allowed');
    expect(decisionFor([reporter], admin)).toBe('explicitDeny');
  });

  it('leaves a named account to decide by its own policies, and nobody else', () => {
    const theirs = `arn:aws:iam::${partner}:role/Reporter`;

    expect(decisionFor([partner], theirs)).not.toBe('explicitDeny');
    expect(decisionFor([partner], admin)).toBe('explicitDeny');
    expect(decisionFor([partner, reporter], theirs)).not.toBe('explicitDeny');
    expect(decisionFor([partner, reporter], reporter)).toBe('allowed');
    expect(decisionFor([partner, reporter], 'arn:aws:iam::555566667777:role/Reporter')).toBe('explicitDeny');
  });

  it('holds each source to its own putters: one application cannot report in the name of another', () => {
    const billing = `arn:aws:iam::${resolvedPlace.account}:role/Billing`;
    const meters = { call: { unitUsd: '0.01' } };
    const source = { payers: ['user/*'], meters, trusted: true };
    const stage = new ResolvedStage({
      usageBusPutters: [reporter],
      settings: {
        mode: 'shadow',
        usageSources: {
          'com.example.any': source,
          'com.example.billing': { ...source, putters: [billing] },
          'com.example.partner': { ...source, putters: [partner] },
        },
      },
    });
    const bus = String(stage.all('AWS::Events::EventBus')[0]?.arn);
    const Statement = stage
      .all('AWS::Events::EventBusPolicy')
      .map(({ properties }) => properties['Statement'] as PolicyStatement);
    const may = (principalArn: string, name: string) =>
      evaluateResourcePolicy(
        { source: 'bus', document: { Version: '2012-10-17', Statement } },
        {
          action: 'events:PutEvents',
          resource: bus,
          principalArn,
          context: {
            'aws:PrincipalArn': principalArn,
            'aws:PrincipalAccount': String(principalArn.split(':')[4]),
            'events:source': [`com.example.${name}`],
          },
        },
      ).decision !== 'explicitDeny';
    const theirs = `arn:aws:iam::${partner}:role/Reporter`;
    const table = [reporter, billing, theirs, admin].map((who) =>
      ['any', 'billing', 'partner'].filter((name) => may(who, name)),
    );

    expect(table).toEqual([['any'], ['billing'], ['partner'], []]);
  });

  it('hands every usage event to a queue of its own, whoever its source: the refused are counted too', () => {
    const { eventIngestion } = build();
    const rule = Object.values(resources(eventIngestion, 'AWS::Events::Rule')).find(({ Properties }) =>
      JSON.stringify(Properties).includes('Budgeteer Usage'),
    );
    const { EventBusName, EventPattern, Targets } = readable(rule?.Properties) as Record<string, unknown>;
    const queue = Object.entries(resources(eventIngestion, 'AWS::SQS::Queue')).find(
      ([, { Properties }]) => Properties['QueueName'] === 'bedrock-budgeteer-test-usage',
    );

    expect(EventPattern).toEqual({ 'detail-type': ['Bedrock Budgeteer Usage'] });
    expect(EventBusName).toMatch(/^<UsageBus/);
    expect(Targets).toEqual([expect.objectContaining({ Arn: `<${queue?.[0]}.Arn>` })]);
    expect(queue?.[1].Properties).toMatchObject({ RedrivePolicy: { maxReceiveCount: 20 } });
  });
});

describe('The meter of usage events', () => {
  it('reads and writes items, takes its queue, looks principals up, and can do nothing else', () => {
    const stage = new ResolvedStage();
    const actions = stage
      .policiesOf('usage-events')
      .flatMap(({ document }) => [document.Statement].flat() as PolicyStatement[])
      .flatMap(({ Action, Resource }) =>
        [Resource].flat().map((on) => `${[Action].flat().join(' ')} on ${String(on).split(/[:/]/).at(-1)}`),
      );

    expect(actions.sort()).toEqual([
      expect.stringMatching(/^dynamodb:BatchGetItem .* on bedrock-budgeteer-test-user-budgets$/),
      'dynamodb:GetItem dynamodb:PutItem dynamodb:UpdateItem on bedrock-budgeteer-test-usage-tracking',
      'iam:GetRole on *',
      'iam:GetUser on *',
      expect.stringMatching(/^logs:CreateLogStream logs:PutLogEvents on /),
      'sqs:ChangeMessageVisibility sqs:DeleteMessage sqs:GetQueueAttributes sqs:ReceiveMessage on bedrock-budgeteer-test-usage',
    ]);
  });
});

describe('The configuration of usage events', () => {
  const source = { payers: ['user/*'], meters: { call: { unitUsd: '0.002' } }, trusted: true };
  const said = (overrides: Partial<StageConfigInput>): string => {
    try {
      parseStageConfig({ stage: 'test', settings: { mode: 'shadow' }, ...overrides });
      return 'nothing';
    } catch (error) {
      if (!(error instanceof StageConfigError)) throw error;
      return error.message;
    }
  };
  const withSource = (name: string, change: object) =>
    said({ settings: { mode: 'shadow', usageSources: { [name]: { ...source, ...change } } } });

  it('takes a source with payers, meters and trust', () => {
    expect(withSource('com.example.search', {})).toBe('nothing');
    expect(said({ usageBusPutters: [partner, reporter] })).toBe('nothing');
  });

  it.each([
    ['a name of AWS', 'aws.s3', {}, /must be the source of an event/],
    ['a name that would part a key', 'a#b', {}, /must be the source of an event/],
    ['a team as payer', 'a', { payers: ['team/ml'] }, /must be user\/NAME, role\/NAME/],
    ['nobody as payer', 'a', { payers: [] }, /payers was given \[\]/],
    ['no meter', 'a', { meters: {} }, /must have at least one meter/],
    ['a price of nothing', 'a', { meters: { call: { unitUsd: '0.00' } } }, /must be above 0/],
    ['a negative price', 'a', { meters: { call: { unitUsd: '-1' } } }, /must be a price in USD/],
    ['trust left open', 'a', { trusted: undefined }, /trusted was given nothing/],
  ])('refuses %s in a sentence', (_, name, change, sentence) => {
    expect(withSource(name, change)).toMatch(sentence);
  });

  it('refuses putters that are neither an account nor a role', () => {
    expect(said({ usageBusPutters: ['*'] })).toMatch(/must be an account \(12 digits\) or the ARN of a role/);
  });
});
