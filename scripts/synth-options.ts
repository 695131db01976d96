import { join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { AwsSolutionsChecks } from 'cdk-nag';
import { buildApp, buildOrganization, createApp } from '../lib/budgeteer-app.ts';
import type { StageConfigInput } from '../lib/config.ts';

/**
 * Writes the templates of what a stage can choose into FOLDER/NAME, for a linter to read, and holds each against cdk-nag. The
 * functions' code is left out: it is the same whatever the choice.
 */

const place = { account: '111122223333', region: 'eu-central-1' };
const role = (name: string) => `arn:aws:iam::${place.account}:role/${name}`;
const secretArn = `arn:aws:secretsmanager:${place.region}:${place.account}:secret:slack-AbCdEf`;
const everything = {
  ...{ mantle: true, batch: true, bidirectional: true, otherRegions: true },
  ...{ asynchronous: true, provisioned: true, claudePlatform: true },
};

const all: Omit<StageConfigInput, 'stage'> = {
  ...place,
  settings: {
    mode: 'enforce',
    breakGlass: ['role/Admin'],
    sharedRoles: ['App'],
    fencedRoles: ['App'],
    haltSwitch: 'on',
    userChannels: {},
    approvals: { aboveUsd: '50' },
    webhooks: [{ name: 'ops', secretArn, format: 'slack' }],
    usageSources: {
      'com.example.search': { payers: ['user/*'], meters: { call: { unitUsd: '0.002' } }, trusted: true },
    },
  },
  alertEmails: {
    budgetAlerts: ['a@example.com'],
    critical: ['b@example.com'],
    operations: ['c@example.com'],
  },
  usageBusPutters: [place.account, role('Search')],
  backup: {},
  costAnomalies: {},
  denyUnmeterable: everything,
  iamEvents: { forwardFrom: 'us-east-1' },
  organization: {
    targetIds: ['ou-abcd-12345678'],
    administrators: ['arn:aws:iam::*:role/Deployer'],
    suspendedUsers: ['90677c60-8b1f-4d3e-9c0a-1234567890ab'],
    denyUnmeterable: everything,
  },
};

const options: Readonly<Record<string, Omit<StageConfigInput, 'stage'>>> = {
  everything: { ...all, kms: 'customer-managed' },
  'least-and-thrown-away': {
    settings: { mode: 'shadow' },
    auditArchive: 'none',
    awsBudget: { enabled: false },
    dashboards: false,
    removal: { tables: 'delete', logs: 'delete' },
    capacity: {
      userBudgets: { mode: 'on-demand' },
      usageTracking: { mode: 'on-demand' },
      budgetAlerts: { mode: 'on-demand' },
      auditLogs: { mode: 'on-demand' },
    },
  },
  'without-function-urls': {
    account: place.account,
    region: 'mx-central-1',
    settings: { mode: 'enforce' },
    enforcerConcurrency: 2,
    bootstrapQualifier: 'budgets',
  },
  'shared-logging': {
    settings: { mode: 'shadow' },
    kms: 'customer-managed',
    logging: {
      logGroup: '/aws/bedrock/modelinvocations',
      roleArn: role('BedrockLogging'),
      bucket: 'central-bedrock-logs',
      bucketKeyArn: `arn:aws:kms:${place.region}:${place.account}:key/0a1b2c3d`,
    },
  },
};

const [folder] = process.argv.slice(2);
if (!folder) {
  console.error('Name the folder that the templates go to: node scripts/synth-options.ts FOLDER.');
  process.exit(2);
}
for (const [name, option] of Object.entries(options)) {
  const input = { stage: 'options', ...option };
  const app = createApp(join(folder, name));
  buildApp(input, { app, code: { of: () => Code.fromInline('export {};') } });
  app.synth();
  for (const { ruleName, description } of new AwsSolutionsChecks(app).validateScope(app).violations) {
    console.error(`${name}: ${ruleName}: ${description}`);
    process.exitCode = 1;
  }
  if (!input.organization) continue;
  const organization = createApp(join(folder, `${name}-organization`));
  buildOrganization(input, organization);
  organization.synth();
}
