import { BedrockClient } from '@aws-sdk/client-bedrock';
import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { BedrockLogging } from '../../lambda/adapters/bedrock/logging.ts';
import { hasDestination, sameLogging } from '../../lambda/domain/logging/logging-config.ts';
import { ruleName } from '../../lib/shared/rules.ts';
import { onlyWith, stageUnderTest, waitFor } from './support/live.ts';

/**
 * Hands Bedrock the logging configuration that it has, word by word, so that nothing is different afterwards; and waits for the
 * critical alert that this raises, because it was not the deployment who did it.
 */
jest.setTimeout(1_800_000);

/** CloudTrail tells typically within minutes. */
const patienceMinutes = 20;

onlyWith('BUDGETEER_LIVE_LOGGING')("Bedrock's logging configuration", () => {
  const logging = () => new BedrockLogging(new BedrockClient(stageUnderTest().aws));

  it('reads back as it was written, and whoever writes it is told of', async () => {
    const { aws, stage } = stageUnderTest();
    const before = await logging().read();
    if (!hasDestination(before))
      throw new Error('Logging is off here: deploy a stage first, this test turns nothing on.');
    const started = new Date();
    await logging().write(before);

    expect(sameLogging(await logging().read(), before)).toBe(true);
    const matched = async () => {
      const { Datapoints = [] } = await new CloudWatchClient(aws).send(
        new GetMetricStatisticsCommand({
          Namespace: 'AWS/Events',
          MetricName: 'MatchedEvents',
          Dimensions: [{ Name: 'RuleName', Value: ruleName(stage, 'logging-changed') }],
          StartTime: new Date(started.getTime() - 60_000),
          EndTime: new Date(),
          Period: 60,
          Statistics: ['Sum'],
        }),
      );
      return Datapoints.reduce((sum, { Sum = 0 }) => sum + Sum, 0);
    };
    for (let minute = 0; minute < patienceMinutes && (await matched()) === 0; minute++) await waitFor(60);
    expect(await matched()).toBeGreaterThan(0);
  });
});
