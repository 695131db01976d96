import { metricDimensions } from '../../../lambda/contracts/metrics.ts';
import { addMetrics, emittedMetrics } from '../../../scripts/local/emitted-metrics.ts';

const emitted = (
  metrics: Record<string, number>,
  dimensions: Record<string, string> = metricDimensions('test', 'ingest'),
) =>
  JSON.stringify({
    _aws: {
      CloudWatchMetrics: [
        {
          Namespace: 'BedrockBudgeteer',
          Dimensions: [Object.keys(dimensions)],
          Metrics: Object.keys(metrics).map((Name) => ({ Name })),
        },
        { Namespace: 'Elsewhere', Dimensions: [['service']], Metrics: [{ Name: 'Other' }] },
      ],
    },
    ...dimensions,
    ...metrics,
    Other: 9,
  });

test('adds up what the invocations emitted, among other lines', () => {
  const first = emittedMetrics(`plain text\n${emitted({ Posted: 2 })}\n{"level":"INFO"}`, 'test');
  const second = emittedMetrics(
    `${emitted({ Posted: 1, Duplicates: 4 })}\n${emitted({ Posted: 1 })}`,
    'test',
  );
  expect(addMetrics(first, second)).toEqual({ Posted: 4, Duplicates: 4 });
});

test('leaves out what an alarm of the stage would not find', () => {
  const { service } = metricDimensions('test', 'ingest');
  const output = [
    emitted({ Posted: 1 }, metricDimensions('production', 'ingest')),
    emitted({ Posted: 1 }, { service }),
    emitted({ Posted: 1 }, { ...metricDimensions('test', 'ingest'), team: 'ml' }),
  ].join('\n');

  expect(emittedMetrics(output, 'test')).toEqual({});
});
