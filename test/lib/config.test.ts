import { parseStageConfig, requiredCapacity, type StageConfigInput } from '../../lib/config.ts';
import { stages } from '../../lib/stages.ts';

const valid: StageConfigInput = { stage: 'test', settings: { mode: 'shadow' } };
const messageOf = (input: unknown): string => {
  try {
    parseStageConfig(input);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('The configuration was accepted.');
};

describe('A stage configuration', () => {
  test('fills in everything but the name and the mode', () => {
    const config = parseStageConfig(valid);

    expect(config.capacity.usageTracking).toEqual({ mode: 'provisioned', ...requiredCapacity.usageTracking });
    expect(config.tags).toEqual({
      environment: 'production',
      costCenter: 'engineering-ops',
      billingProject: 'bedrock-budget-control',
    });
    expect(config.settings.defaultBudget).toEqual({ monthUsd: '50.00' });
    expect(config.settings.accountBudget).toEqual({ monthUsd: '5000.00' });
    expect(config).toMatchObject({ kms: 'aws-managed', logRetentionYears: 7 });
  });

  test('of every stage in lib/stages.ts is valid', () => {
    for (const [stage, config] of Object.entries(stages)) {
      expect(parseStageConfig({ stage, ...config }).stage).toBe(stage);
    }
  });

  test('lets a stage raise a capacity or choose on-demand', () => {
    const { capacity } = parseStageConfig({
      ...valid,
      capacity: {
        usageTracking: { mode: 'provisioned', write: { min: 50, max: 1000 } },
        auditLogs: { mode: 'on-demand' },
      },
    });

    expect(capacity.usageTracking).toEqual({
      mode: 'provisioned',
      read: requiredCapacity.usageTracking.read,
      write: { min: 50, max: 1000 },
    });
    expect(capacity.auditLogs).toEqual({ mode: 'on-demand' });
  });
});

describe('A wrong value is refused with a sentence that names the field, what was given and what is allowed', () => {
  test.each<[string, unknown, string]>([
    [
      'an account that is none',
      { ...valid, account: 'prod' },
      'account was given "prod", but it must be an AWS account (12 digits).',
    ],
    [
      'a zone for a Region',
      { ...valid, region: 'eu-central-1a' },
      'region was given "eu-central-1a", but it must be the name of a Region, for example eu-central-1.',
    ],
    [
      'a removal that is neither',
      { ...valid, removal: { tables: 'keep' } },
      'removal.tables was given "keep", but it must be "retain" or "delete".',
    ],
    [
      'no mode',
      { stage: 'test', settings: {} },
      'settings.mode was given nothing, but it must be "enforce" or "shadow".',
    ],
    [
      'an unknown mode',
      { stage: 'test', settings: { mode: 'on' } },
      'settings.mode was given "on", but it must be "enforce" or "shadow".',
    ],
    [
      'a stage name with blanks',
      { ...valid, stage: 'My Stage' },
      'stage was given "My Stage", but it must be 1 to 20 lower-case letters, digits and hyphens, a letter first.',
    ],
    [
      'a number that is no amount',
      { stage: 'test', settings: { mode: 'shadow', accountBudget: { monthUsd: -5 } } },
      'settings.accountBudget.monthUsd was given -5, but it must be an amount in USD, for example "50.00".',
    ],
    [
      'a threshold without a unit',
      {
        stage: 'test',
        settings: {
          mode: 'shadow',
          defaultBudget: { monthUsd: '1', thresholds: [{ at: '80', do: ['notify'] }] },
        },
      },
      'settings.defaultBudget.thresholds.0.at was given "80", but it must be a share ("80%") or an amount ("4.50 USD").',
    ],
    [
      'a grace period beyond a day',
      { stage: 'test', settings: { mode: 'shadow', graceSeconds: 90_000 } },
      'settings.graceSeconds was given 90000, but it must be at most 86400.',
    ],
    [
      'a budget of nobody',
      { stage: 'test', settings: { mode: 'shadow', budgets: { bob: { monthUsd: '5' } } } },
      'settings.budgets has the key "bob", but a key there must be user/NAME, role/NAME, role/NAME/SESSION, federated/NAME, root or unknown, without an IAM path.',
    ],
    [
      'members with more of their own than the pool of their team',
      {
        stage: 'test',
        settings: {
          mode: 'shadow',
          teams: { 'team/ml': { members: ['user/ann'], monthUsd: '10' } },
          budgets: { 'user/ann': { monthUsd: '10.01' } },
        },
      },
      'settings.teams.team/ml.monthUsd was given "10", but it must cover what `budgets` gives its members: a month reserves $10.01 (user/ann $10.01) of a pool of $10.00.',
    ],
    [
      'a default of a kind that there is not',
      { stage: 'test', settings: { mode: 'shadow', defaults: { kinds: { group: { monthUsd: '5' } } } } },
      'settings.defaults.kinds has no field "group".',
    ],
    [
      'a negotiated price of 0',
      { stage: 'test', settings: { mode: 'shadow', prices: { multipliers: { anthropic: '0.00' } } } },
      'settings.prices.multipliers.anthropic was given "0.00", but it must be above 0: what is free by contract is no business of a budget.',
    ],
    [
      'a negotiated price of more than twice the list price',
      { stage: 'test', settings: { mode: 'shadow', prices: { multipliers: { anthropic: '2.5' } } } },
      'settings.prices.multipliers.anthropic was given "2.5", but it must be a decimal string above 0 and at most 2, for example "0.85".',
    ],
    [
      'a negotiated price of a model that nobody sells',
      { stage: 'test', settings: { mode: 'shadow', prices: { multipliers: { 'anthropic.claud': '0.85' } } } },
      'settings.prices.multipliers has the key "anthropic.claud", but a key there must be a provider or a model of the price book, for example "anthropic" or "amazon.nova-pro-v1:0".',
    ],
    [
      'more labels than are kept',
      { stage: 'test', settings: { mode: 'shadow', labels: ['a', 'b', 'c', 'd', 'e', 'f'] } },
      'settings.labels was given ["a","b","c","d","e","f"], but it must have a length of at most 5.',
    ],
    [
      'a capacity below the required one',
      { ...valid, capacity: { userBudgets: { mode: 'provisioned', read: { min: 1, max: 40 } } } },
      'capacity.userBudgets.read.min was given 1, but it must be at least 5.',
    ],
    [
      'a minimum above the maximum',
      { ...valid, capacity: { userBudgets: { mode: 'provisioned', read: { min: 60, max: 50 } } } },
      'capacity.userBudgets.read was given {"min":60,"max":50}, but it must have min no greater than max.',
    ],
    [
      'an unknown capacity mode',
      { ...valid, capacity: { auditLogs: { mode: 'free' } } },
      'capacity.auditLogs.mode was given "free", but it must have mode "provisioned" or "on-demand".',
    ],
    [
      'a misspelt field',
      { ...valid, tags: { enviroment: 'x' } },
      'tags has no field "enviroment"; it has environment, costCenter, billingProject. Did you mean "environment"?',
    ],
    [
      'an address that is none',
      { ...valid, alertEmails: { critical: ['ops'] } },
      'alertEmails.critical.0 was given "ops", but it must be an e-mail address.',
    ],
    [
      'a role without the log group that it writes to',
      { ...valid, logging: { roleArn: 'arn:aws:iam::111122223333:role/BedrockLogging' } },
      'logging was given {"roleArn":"arn:aws:iam::111122223333:role/BedrockLogging"}, but it must name the logGroup that the roleArn is for.',
    ],
    [
      'an ARN where the name of a bucket belongs',
      { ...valid, logging: { bucket: 'arn:aws:s3:::central-bedrock-logs' } },
      'logging.bucket was given "arn:aws:s3:::central-bedrock-logs", but it must be the name of a bucket.',
    ],
    ['nothing at all', undefined, 'The stage was given nothing, but it must be an object.'],
  ])('%s', (_, input, sentence) => {
    expect(messageOf(input)).toBe(sentence);
  });

  test('and with one sentence for each of several', () => {
    const message = messageOf({
      stage: 'test',
      settings: { mode: 'shadow' },
      kms: 'mine',
      logRetentionYears: 1,
    });

    expect(message.split('\n')).toEqual([
      'kms was given "mine", but it must be "aws-managed" or "customer-managed".',
      'logRetentionYears was given 1, but it must be at least 2.',
    ]);
  });
});
