import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { deployedSettings } from '../adapters/deployed-settings.ts';
import { DynamoDbAlerts } from '../adapters/dynamodb/alert-items.ts';
import { documentClient } from '../adapters/dynamodb/client.ts';
import { SnsPublisher } from '../adapters/sns-publisher.ts';
import { systemClock as clock } from '../adapters/system-time.ts';
import { readEnvironment } from '../contracts/environment.ts';
import { alertsSentMetric, metricNamespace } from '../contracts/metrics.ts';
import { publishAlert } from '../use-cases/publish-alert.ts';
import { inOrder, keysOf } from './stream-batch.ts';

const environment = readEnvironment('notify', process.env);
const settings = deployedSettings(import.meta.url);
const alerts = new DynamoDbAlerts(documentClient(), environment.ALERTS_TABLE);
const publisher = new SnsPublisher({
  alerts: environment.BUDGET_ALERTS_TOPIC_ARN,
  critical: environment.CRITICAL_TOPIC_ARN,
});
const logger = new Logger({ serviceName: 'notify' });
const metrics = new Metrics({ namespace: metricNamespace, serviceName: 'notify' });

export const handler = (event: DynamoDBStreamEvent) =>
  inOrder(
    event.Records,
    async (record) => {
      const { pk, sk } = keysOf(record);
      const sent = await publishAlert(pk, sk, { alerts, publisher, settings, clock });
      if (!sent) return;
      metrics.addMetric(alertsSentMetric, MetricUnit.Count, 1);
      metrics.publishStoredMetrics();
      logger.info('Alert sent.', { principal: pk, alert: sk });
    },
    (error, principal) =>
      logger.error('An alert could not be sent; the stream delivers it again.', {
        error: error as Error,
        principal,
      }),
  );
