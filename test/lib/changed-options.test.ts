import { Template } from 'aws-cdk-lib/assertions';
import type { StageConfigInput } from '../../lib/config.ts';
import { build, settingsWithWebhook, stacksOf } from './build.ts';

/**
 * CDK changes a stack before those that use it. An export that one of these still reads cannot be taken away then, so what a
 * stack exports must not hang on what a stage can choose.
 */
const exportsOf = (overrides: Partial<StageConfigInput> = {}) =>
  Object.entries(stacksOf(build(overrides))).flatMap(([name, stack]) =>
    Object.entries(
      (Template.fromStack(stack).toJSON()['Outputs'] ?? {}) as Record<string, { Export?: unknown }>,
    )
      .filter(([, { Export }]) => Export !== undefined)
      .map(([id]) => `${name} ${id}`),
  );
const before = exportsOf();
const settings = settingsWithWebhook;

test.each<[string, Partial<StageConfigInput>]>([
  ["another's log bucket", { logging: { bucket: 'central-bedrock-logs' } }],
  ["another's log group", { logging: { logGroup: '/aws/bedrock/modelinvocations' } }],
  ['no archive of the audit chains', { auditArchive: 'none' }],
  ['no webhook', { settings: { mode: 'shadow' } }],
  ['channels for people', { settings: { ...settings, userChannels: {} } }],
  ['a halt switch', { settings: { ...settings, haltSwitch: 'on' } }],
  ['fenced roles', { settings: { ...settings, sharedRoles: ['App'], fencedRoles: ['App'] } }],
  ['no dashboards and no AWS budget', { dashboards: false, awsBudget: { enabled: false } }],
  ['backups and cost anomalies', { backup: {}, costAnomalies: {} }],
  [
    'tables on demand, deleted with the stage',
    { removal: { tables: 'delete' }, capacity: { auditLogs: { mode: 'on-demand' } } },
  ],
  ['a denial of what cannot be metered', { denyUnmeterable: { batch: true } }],
  ['an enforcer without a reservation', { enforcerConcurrency: 'unreserved' }],
])('A deployed stage can change to %s, and back', (_, overrides) => {
  expect(exportsOf(overrides).sort()).toEqual(before.toSorted());
});
