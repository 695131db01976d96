import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { environments, type FunctionName } from '../../../lambda/contracts/environment.ts';
import {
  accessMetrics,
  alertsSentMetric,
  anchorMetrics,
  batchMetrics,
  controlMetrics,
  enforcementMetrics,
  evidenceMetrics,
  ignoredMetrics,
  ingestMetrics,
  metricDimensions,
  metricNamespace,
  priceMetrics,
  reconcileMetrics,
  usageMetrics,
} from '../../../lambda/contracts/metrics.ts';
import type { StageConfigInput } from '../../../lib/config.ts';
import { metricSum, TooManyMetricsError } from '../../../lib/monitoring/metric-sum.ts';
import { ResolvedStage } from '../resolved.ts';

interface WatchedMetric {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[];
}
interface Alarm extends Partial<WatchedMetric> {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly Threshold: number;
  readonly EvaluationPeriods: number;
  readonly TreatMissingData: string;
  readonly Metrics?: readonly {
    readonly Expression?: string;
    readonly MetricStat?: { readonly Metric: WatchedMetric; readonly Period: number };
  }[];
}

const alarmsOf = (overrides: Partial<StageConfigInput> = {}): Record<string, Alarm> =>
  Object.fromEntries(
    new ResolvedStage(overrides).all('AWS::CloudWatch::Alarm').map(({ properties }) => {
      const alarm = properties as unknown as Alarm;
      return [alarm.AlarmName.replace('bedrock-budgeteer-test-', ''), alarm];
    }),
  );
const alarms = alarmsOf();
const metricsOf = (alarm: Alarm | undefined): WatchedMetric[] => [
  ...(alarm?.MetricName ? [alarm as unknown as WatchedMetric] : []),
  ...(alarm?.Metrics ?? []).flatMap(({ MetricStat }) => (MetricStat ? [MetricStat.Metric] : [])),
];
const expressionOf = (alarm: Alarm | undefined) =>
  alarm?.Metrics?.map(({ Expression }) => Expression).find((expression) => expression !== undefined);
const dimension = ({ Dimensions }: WatchedMetric, name: string) =>
  Dimensions?.find(({ Name }) => Name === name)?.Value;
const watching = (metricName: string) =>
  Object.values(alarms)
    .flatMap(metricsOf)
    .filter(({ MetricName }) => MetricName === metricName);

describe('The alarms', () => {
  test.each(['Errors', 'Throttles'])('watch the %s of every function', (metricName) => {
    const watched = watching(metricName).map((metric) => dimension(metric, 'FunctionName'));
    // The sweep has alarms of its own: it fails, or it does not run.
    const functions = new ResolvedStage()
      .all('AWS::Lambda::Function')
      .map(({ properties }) => properties['FunctionName'])
      .filter((name) => name !== 'bedrock-budgeteer-test-sweep');

    expect(watched).toEqual(expect.arrayContaining(functions));
    expect(Object.keys(alarms)).toEqual(expect.arrayContaining(['sweep-failing', 'sweep-silent']));
  });

  test('add up no more metrics than CloudWatch takes', () => {
    for (const alarm of Object.values(alarms)) expect(metricsOf(alarm).length).toBeLessThanOrEqual(10);

    const metric = new Metric({ namespace: 'N', metricName: 'M' });
    expect(() => metricSum('Too many', Duration.minutes(5), Array(11).fill(metric))).toThrow(
      TooManyMetricsError,
    );
  });

  test('count only what a function says that it counts', () => {
    const counted = new Set<string>([
      alertsSentMetric,
      ...[
        usageMetrics,
        evidenceMetrics,
        ingestMetrics,
        ignoredMetrics,
        batchMetrics,
        accessMetrics,
        controlMetrics,
        enforcementMetrics,
        priceMetrics,
        anchorMetrics,
        reconcileMetrics,
      ].flatMap((names) => Object.values(names)),
    ]);
    const ours = Object.values(alarms)
      .flatMap(metricsOf)
      .filter(({ Namespace }) => Namespace === metricNamespace);

    expect(ours.length).toBeGreaterThan(4);
    for (const metric of ours) {
      expect(counted).toContain(metric.MetricName);
      const service = dimension(metric, 'service') as FunctionName;
      expect(Object.keys(environments)).toContain(service);
      expect(Object.fromEntries((metric.Dimensions ?? []).map(({ Name, Value }) => [Name, Value]))).toEqual(
        metricDimensions('test', service),
      );
    }
  });

  test.each([[{}], [{ auditArchive: 'none' }]] as const)(
    'watch what each rule cannot hand over, with %j',
    (overrides) => {
      const rules = new ResolvedStage(overrides).all('AWS::Events::Rule').map(({ properties }) => ({
        RuleName: properties['Name'],
        ...(properties['EventBusName'] !== undefined && { EventBusName: properties['EventBusName'] }),
      }));
      const { 'rules-failing': events, 'schedules-failing': schedules } = alarmsOf(overrides);
      const watched = [...metricsOf(events), ...metricsOf(schedules)].map(({ Dimensions = [] }) =>
        Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value])),
      );

      expect(watched).toHaveLength(rules.length);
      expect(watched).toEqual(expect.arrayContaining(rules));
    },
  );

  test.each([
    'metering-errors',
    'metering-throttled',
    'control-errors',
    'control-throttled',
    'upkeep-errors',
  ])('name every function that %s watches', (name) => {
    const watched = metricsOf(alarms[name]).map((metric) =>
      dimension(metric, 'FunctionName')?.replace('bedrock-budgeteer-test-', ''),
    );

    expect(watched.length).toBeGreaterThan(2);
    for (const functionName of watched) {
      expect(alarms[name]?.AlarmDescription).toMatch(new RegExp(`\\b${functionName}\\b`));
    }
  });
});

describe('Metering that goes blind', () => {
  test('is noticed where Bedrock is called and no line arrives', () => {
    const alarm = alarms['ingest-silent'];

    expect(expressionOf(alarm)).toBe('IF(FILL(calls, 0) > 0 AND FILL(lines, 0) == 0, 1, 0)');
    expect(metricsOf(alarm).map(({ Namespace, MetricName }) => `${Namespace} ${MetricName}`)).toEqual([
      'AWS/Bedrock Invocations',
      'BedrockBudgeteer Lines',
    ]);
    // An account where nobody calls a model is quiet, not broken.
    expect(alarm?.TreatMissingData).toBe('notBreaching');
  });

  test('is noticed where Bedrock cannot deliver, across all models', () => {
    const metrics = metricsOf(alarms['log-delivery-failing']);

    expect(metrics.map(({ MetricName }) => MetricName)).toEqual([
      'ModelInvocationLogsCloudWatchDeliveryFailure',
      'ModelInvocationLogsS3DeliveryFailure',
    ]);
    for (const metric of metrics) expect(metric.Dimensions).toBeUndefined();
  });

  test('is noticed where it is a quarter of an hour late', () => {
    expect(alarms['ingest-late']).toMatchObject({
      MetricName: 'LagSeconds',
      Statistic: 'Maximum',
      Threshold: 900,
      EvaluationPeriods: 3,
    });
  });
});

describe('Each table', () => {
  const stage = new ResolvedStage();
  const tables = stage.all('AWS::DynamoDB::Table').map(({ properties }) => {
    const indexes = (properties['GlobalSecondaryIndexes'] ?? []) as { IndexName: string }[];
    const name = String(properties['TableName']).replace('bedrock-budgeteer-test-', '');
    return [name, [undefined, ...indexes.map(({ IndexName }) => IndexName)]] as const;
  });
  const partsOf = (alarm: Alarm | undefined, metricName: string) =>
    metricsOf(alarm)
      .filter(({ MetricName }) => MetricName === metricName)
      .map((metric) => [dimension(metric, 'TableName'), dimension(metric, 'GlobalSecondaryIndexName')]);

  test.each(tables)('%s is watched for throttles and for its maximum, with its indexes', (name, parts) => {
    const expected = parts.map((index) => [`bedrock-budgeteer-test-${name}`, index]);

    for (const direction of ['Read', 'Write']) {
      expect(partsOf(alarms[`${name}-throttled`], `${direction}ThrottleEvents`)).toEqual(expected);
      expect(partsOf(alarms[`${name}-near-maximum`], `Consumed${direction}CapacityUnits`)).toEqual(expected);
    }
    expect(alarms[`${name}-near-maximum`]?.Threshold).toBe(80);
  });

  test('is measured against the maximum that the stage configures', () => {
    const raised = alarmsOf({
      capacity: { usageTracking: { mode: 'provisioned', write: { min: 50, max: 1000 } } },
    });

    // A minute's sum against what the maximum gives in a minute: reads 100, writes 200 units a second.
    expect(expressionOf(alarms['usage-tracking-near-maximum'])).toBe(
      '100 * MAX([FILL(m0, 0) / 6000, FILL(m1, 0) / 12000])',
    );
    expect(expressionOf(raised['usage-tracking-near-maximum'])).toContain('FILL(m1, 0) / 60000');
  });

  test('on demand has no maximum to be near', () => {
    const onDemand = alarmsOf({ capacity: { auditLogs: { mode: 'on-demand' } } });

    expect(Object.keys(onDemand)).toContain('audit-logs-throttled');
    expect(Object.keys(onDemand)).not.toContain('audit-logs-near-maximum');
  });
});

test('A message that reaches nobody is noticed for each topic', () => {
  const topics = metricsOf(alarms['alerts-undelivered']).map((metric) => dimension(metric, 'TopicName'));

  expect(topics).toEqual(
    ['budget-alerts', 'critical', 'operations'].map((name) => `bedrock-budgeteer-test-${name}`),
  );
});

test('A price list that nobody compares is noticed, but not before it ever was compared', () => {
  expect(alarms['prices-unchecked']).toMatchObject({
    MetricName: 'PricesAgreed',
    Period: 86_400,
    EvaluationPeriods: 2,
    ComparisonOperator: 'LessThanThreshold',
    TreatMissingData: 'missing',
  });
  expect(rings('prices-unchecked')).toBe('when data ends');
});

test('Audit chains that nobody anchors are noticed, and one that was changed at once', () => {
  expect(alarms['audit-anchors-missing']).toMatchObject({
    MetricName: 'AuditAnchorRuns',
    Period: 86_400,
    EvaluationPeriods: 2,
    ComparisonOperator: 'LessThanThreshold',
  });
  expect(rings('audit-anchors-missing')).toBe('when data ends');
  expect(alarms['audit-anchors-broken']).toMatchObject({ MetricName: 'AuditAnchorsBroken', Threshold: 1 });
});

test('A sweep that stands still is noticed, but not before it ever ran', () => {
  expect(alarms['sweep-silent']).toMatchObject({
    MetricName: 'Invocations',
    Threshold: 1,
    ComparisonOperator: 'LessThanThreshold',
    TreatMissingData: 'missing',
  });
  expect(rings('sweep-silent')).toBe('when data ends');
});

test('Prices that rest on assumptions are noticed where these could cost much', () => {
  expect(alarms['ingest-assumed']).toMatchObject({ Threshold: 10, TreatMissingData: 'notBreaching' });
  expect(expressionOf(alarms['ingest-assumed'])).toBe('IF(FILL(usd, 0) >= 10, 100 * FILL(more, 0) / usd, 0)');
  expect(metricsOf(alarms['ingest-assumed']).map(({ MetricName }) => MetricName)).toEqual([
    'PostedUsd',
    'AssumedWorstCaseUsd',
  ]);
});

function rings(name: string): 'when data ends' | 'when it is bad' {
  const { InsufficientDataActions, AlarmActions } = alarms[name] as unknown as Record<string, unknown>;
  if (InsufficientDataActions === undefined) return 'when it is bad';
  expect(InsufficientDataActions).toEqual(AlarmActions);
  return 'when data ends';
}
