import { addMetrics, emittedMetrics } from '../../scripts/local/emitted-metrics.ts';

const emitted = (metrics: Record<string, number>) =>
  JSON.stringify({
    _aws: {
      CloudWatchMetrics: [
        { Namespace: 'BedrockBudgeteer', Metrics: Object.keys(metrics).map((Name) => ({ Name })) },
        { Namespace: 'Elsewhere', Metrics: [{ Name: 'Other' }] },
      ],
    },
    ...metrics,
    Other: 9,
  });

test('adds up what the invocations emitted, among other lines', () => {
  const first = emittedMetrics(`plain text\n${emitted({ Posted: 2 })}\n{"level":"INFO"}`, 'BedrockBudgeteer');
  const second = emittedMetrics(
    `${emitted({ Posted: 1, Duplicates: 4 })}\n${emitted({ Posted: 1 })}`,
    'BedrockBudgeteer',
  );
  expect(addMetrics(first, second)).toEqual({ Posted: 4, Duplicates: 4 });
});
