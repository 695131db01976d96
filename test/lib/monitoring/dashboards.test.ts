import type { StageConfigInput } from '../../../lib/config.ts';
import { ResolvedStage } from '../resolved.ts';

interface Widget {
  readonly type: string;
  readonly properties: {
    readonly title: string;
    readonly query?: string;
    readonly metrics?: readonly (readonly unknown[])[];
    readonly annotations?: { readonly horizontal?: readonly { readonly value: number }[] };
  };
}

const stage = new ResolvedStage();
const drawnIn = (resolved: ResolvedStage): Record<string, Widget[]> =>
  Object.fromEntries(
    resolved
      .all('AWS::CloudWatch::Dashboard')
      .map(({ properties }) => [
        String(properties['DashboardName']).replace('bedrock-budgeteer-test-', ''),
        (JSON.parse(String(properties['DashboardBody'])) as { widgets: Widget[] }).widgets,
      ]),
  );
const dashboardsOf = (overrides: Partial<StageConfigInput>) => drawnIn(new ResolvedStage(overrides));
const dashboards = drawnIn(stage);
const widget = (dashboard: string, title: RegExp) =>
  dashboards[dashboard]?.find(({ properties }) => title.test(properties.title))?.properties;
const text = (dashboard: string, title: RegExp) => JSON.stringify(widget(dashboard, title)?.metrics);
const functionNames = stage
  .all('AWS::Lambda::Function')
  .map(({ properties }) => String(properties['FunctionName']));

describe('The dashboards', () => {
  test('are the three that an account has for nothing, unless the stage wants none', () => {
    expect(Object.keys(dashboards).sort()).toEqual(['business', 'pipeline', 'storage']);
    expect(new ResolvedStage({ dashboards: false }).all('AWS::CloudWatch::Dashboard')).toEqual([]);
  });

  test('show the money, the calls, the alerts and the people', () => {
    const shown = JSON.stringify(dashboards['business']);

    for (const metric of ['PostedUsd', 'Unpriced', 'Assumed', 'AlertsSent', 'Suspensions', 'Restorations']) {
      expect(shown).toContain(`"${metric}"`);
    }
    for (const topic of ['budget-alerts', 'critical']) {
      expect(text('business', /^Alerts/)).toContain(`"bedrock-budgeteer-test-${topic}"`);
    }
  });

  test.each([
    ["From the call to its line's arrival", 'ingest', 'DeliverySeconds'],
    ['From the arrival to the ledger', 'ingest', 'PostingSeconds'],
    ['From the decision to the deny, read back', 'enforcer', 'DecisionToDenySeconds'],
    ['From the decision to the release, read back', 'enforcer', 'DecisionToReleaseSeconds'],
  ])('show the slowest and the median: %s', (title, service, metric) => {
    const shown = widget('pipeline', new RegExp(`^${title}$`))?.metrics;

    expect(shown).toEqual([
      expect.arrayContaining([metric, service, 'test', expect.objectContaining({ stat: 'Maximum' })]),
      expect.arrayContaining([metric, service, 'test', expect.objectContaining({ stat: 'p50' })]),
    ]);
  });

  test.each([/^Duration, ms \(average/, /^Errors/, /^Throttles/])('show every function under %s', (title) => {
    for (const name of functionNames) expect(text('pipeline', title)).toContain(`"${name}"`);
  });

  test('show what became of usage events', () => {
    for (const metric of ['UsagePosted', 'UsageDuplicates', 'UsageRefused']) {
      expect(text('pipeline', /usage events/)).toContain(`"${metric}"`);
    }
  });

  test('tell cold starts from the log of every function', () => {
    const query = widget('pipeline', /cold starts/i)?.query;

    expect(query).toContain('filter type = "platform.report"');
    expect(query).toContain('initDurationMs');
    for (const name of functionNames) expect(query).toContain(`SOURCE '/aws/lambda/${name}'`);
  });

  test('show how old queue and streams are', () => {
    for (const queue of ['ingest', 'ingest-dead-letters', 'usage', 'usage-dead-letters']) {
      expect(text('pipeline', /oldest message/)).toContain(`"bedrock-budgeteer-test-${queue}"`);
    }
    for (const name of ['evaluate', 'notify', 'audit']) {
      expect(text('pipeline', /Age of the streams/)).toContain(`"bedrock-budgeteer-test-${name}"`);
    }
  });

  test.each(stage.all('AWS::DynamoDB::Table').map(({ properties }) => properties))(
    'show $TableName used against provisioned and at most, throttles and scaling',
    ({ TableName, GlobalSecondaryIndexes }) => {
      const name = String(TableName).replace('bedrock-budgeteer-test-', '');
      const indexes = ((GlobalSecondaryIndexes ?? []) as { IndexName: string }[]).map(
        ({ IndexName }) => IndexName,
      );

      for (const direction of ['Read', 'Write']) {
        const title = new RegExp(`^${name}: ${direction.toLowerCase()} units`);
        expect(text('storage', title)).toContain(`"Consumed${direction}CapacityUnits"`);
        expect(text('storage', title)).toContain(`"Provisioned${direction}CapacityUnits"`);
        expect(widget('storage', title)?.annotations?.horizontal).toHaveLength(1);
        for (const index of indexes) expect(text('storage', title)).toContain(`"${index}"`);
      }
      expect(text('storage', new RegExp(`^${name}: refused`))).toContain('ThrottleEvents"');
      expect(text('storage', new RegExp(`^${name}: scaling`))).toContain('DIFF(');
    },
  );

  test('show the log bucket in each class that its life cycle leads to', () => {
    const [bucket] = stage.all('AWS::S3::Bucket');
    const lifecycle = bucket?.properties['LifecycleConfiguration'] as
      | { Rules: { Transitions: { StorageClass: string }[] }[] }
      | undefined;
    const transitions = lifecycle?.Rules.flatMap(({ Transitions }) => Transitions) ?? [];
    const asMetric: Record<string, string> = {
      STANDARD_IA: 'StandardIAStorage',
      GLACIER: 'GlacierStorage',
      DEEP_ARCHIVE: 'DeepArchiveStorage',
    };
    const shown = text('storage', /by storage class/);

    expect(shown).toContain('"StandardStorage"');
    expect(shown).toContain(`"${bucket?.ref}"`);
    expect(transitions).toHaveLength(3);
    for (const { StorageClass } of transitions) {
      expect(shown).toContain(`"${asMetric[StorageClass]}"`);
    }
  });

  test('show the bucket that a stage names, in whatever class its owner keeps the logs', () => {
    const shared = dashboardsOf({ logging: { bucket: 'central-bedrock-logs' } });
    const shown = shared['storage']?.filter(({ properties }) => /^Invocation logs/.test(properties.title));

    expect(shown?.map(({ properties }) => properties.title)[0]).toContain('central-bedrock-logs');
    expect(JSON.stringify(shown)).toContain('BucketName=\\"central-bedrock-logs\\"');
    expect(JSON.stringify(shown)).toContain('"central-bedrock-logs","StorageType","AllStorageTypes"');
    expect(JSON.stringify(shown)).not.toContain('"bedrock-budgeteer');
  });
});
