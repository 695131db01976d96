import type { StageConfigInput } from '../../lib/config.ts';
import { ResolvedStage } from './resolved.ts';

interface Metric {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[];
}

const watchedIn = (overrides: Partial<StageConfigInput>) => {
  const resolved = new ResolvedStage(overrides);
  const alarms = resolved.all('AWS::CloudWatch::Alarm').flatMap(({ properties }) => {
    const alarm = properties as unknown as Metric & { Metrics?: { MetricStat?: { Metric: Metric } }[] };
    const parts = (alarm.Metrics ?? []).flatMap(({ MetricStat }) => MetricStat?.Metric ?? []);
    return [...(alarm.MetricName ? [alarm] : []), ...parts].map(
      ({ Namespace, MetricName, Dimensions = [] }) =>
        [Namespace, MetricName, ...Dimensions.flatMap(({ Name, Value }) => [Name, Value])].join(' '),
    );
  });
  const widgets = resolved.all('AWS::CloudWatch::Dashboard').flatMap(({ properties }) => {
    const body = JSON.parse(String(properties['DashboardBody'])) as {
      widgets: { properties: { metrics?: unknown[][]; query?: string } }[];
    };
    return body.widgets.flatMap(({ properties: { metrics = [], query } }) => [
      ...metrics
        .map((parts) => parts.filter((part) => typeof part === 'string').join(' '))
        .filter((metric) => metric !== ''),
      ...[...(query ?? '').matchAll(/SOURCE '([^']+)'/g)].map(([, group]) => String(group)),
    ]);
  });
  return { alarms: new Set(alarms), widgets: new Set(widgets) };
};
const first = watchedIn({ stage: 'first' });
const second = watchedIn({ stage: 'second' });
const shared = (kind: 'alarms' | 'widgets') => [...second[kind]].filter((metric) => first[kind].has(metric));

describe('Of two stages in one Region', () => {
  test('no alarm of one looks at what the other does, but both at what Bedrock does', () => {
    expect(first.alarms.size).toBeGreaterThan(50);
    expect(shared('alarms').sort()).toEqual([
      'AWS/Bedrock Invocations',
      'AWS/Bedrock ModelInvocationLogsCloudWatchDeliveryFailure',
      'AWS/Bedrock ModelInvocationLogsS3DeliveryFailure',
    ]);
  });

  test('no dashboard of one shows what the other does', () => {
    expect(first.widgets.size).toBeGreaterThan(80);
    expect(shared('widgets')).toEqual([]);
  });
});
