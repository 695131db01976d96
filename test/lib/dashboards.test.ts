import { environments } from '../../lambda/contracts/environment.ts';
import { ResolvedStage } from './resolved.ts';

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
const dashboards = Object.fromEntries(
  stage
    .all('AWS::CloudWatch::Dashboard')
    .map(({ properties }) => [
      String(properties['DashboardName']).replace('bedrock-budgeteer-test-', ''),
      (JSON.parse(String(properties['DashboardBody'])) as { widgets: Widget[] }).widgets,
    ]),
);
const widget = (dashboard: string, title: RegExp) =>
  dashboards[dashboard]?.find(({ properties }) => title.test(properties.title))?.properties;
const text = (dashboard: string, title: RegExp) => JSON.stringify(widget(dashboard, title)?.metrics);
const functionNames = Object.keys(environments).map((name) => `bedrock-budgeteer-test-${name}`);

describe('The dashboards', () => {
  test('are the three that an account has for nothing, unless the stage wants none', () => {
    expect(Object.keys(dashboards).sort()).toEqual(['business', 'pipeline', 'storage']);
    expect(new ResolvedStage({ dashboards: false }).all('AWS::CloudWatch::Dashboard')).toEqual([]);
  });

  test('show the money, the calls, the alerts and the people', () => {
    const shown = JSON.stringify(dashboards['business']);

    for (const metric of ['PostedUsd', 'Unpriced', 'AlertsSent', 'Suspensions', 'Restorations']) {
      expect(shown).toContain(`"${metric}"`);
    }
  });

  test.each([/^Duration, ms \(average/, /^Errors/, /^Throttles/])('show every function under %s', (title) => {
    for (const name of functionNames) expect(text('pipeline', title)).toContain(`"${name}"`);
  });

  test('tell cold starts from the log of every function', () => {
    const query = widget('pipeline', /cold starts/i)?.query;

    expect(query).toContain('filter type = "platform.report"');
    expect(query).toContain('initDurationMs');
    for (const name of functionNames) expect(query).toContain(`SOURCE '/aws/lambda/${name}'`);
  });

  test('show how old queue and streams are', () => {
    expect(text('pipeline', /oldest message/)).toContain('"bedrock-budgeteer-test-ingest"');
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
});
