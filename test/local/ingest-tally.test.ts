import { IngestTally } from '../../scripts/local/ingest-tally.ts';

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
  const tally = new IngestTally();
  tally.add(`plain text\n${emitted({ Posted: 2 })}\n{"level":"INFO"}`);
  tally.add(`${emitted({ Posted: 1, Duplicates: 4 })}\n${emitted({ Posted: 1 })}`);
  expect(tally.sums()).toEqual({ Posted: 4, Duplicates: 4 });
});

test('a line counts once where its batch failed half-way and came again', () => {
  const tally = new IngestTally();
  const failed = emitted({ Posted: 2, Unpriced: 1, Duplicates: 1, IgnoredNotice: 1, Quarantined: 1 });
  tally.add(failed);
  tally.retried(failed);
  tally.add(emitted({ Posted: 4, Duplicates: 1 + 3, IgnoredNotice: 1, Quarantined: 1 }));
  expect(tally.sums()).toEqual({ Posted: 6, Unpriced: 1, Duplicates: 1, IgnoredNotice: 1, Quarantined: 1 });
});
