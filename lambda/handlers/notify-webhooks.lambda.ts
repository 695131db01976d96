import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { DynamoDbAlertDeliveries } from '../adapters/dynamodb/alert-deliveries.ts';
import { documentClient } from '../adapters/dynamodb/client.ts';
import { HttpWebhookPoster } from '../adapters/messages/webhook-poster.ts';
import { SqsWebhookQueue } from '../adapters/messages/webhook-queue.ts';
import { WebhookSecrets } from '../adapters/messages/webhook-secrets.ts';
import { deployedSettings } from '../adapters/runtime/deployed-settings.ts';
import { FunctionLogger } from '../adapters/runtime/function-logger.ts';
import { systemClock as clock } from '../adapters/runtime/system-time.ts';
import { readEnvironment } from '../contracts/environment.ts';
import { aboutSubject } from '../contracts/log-keys.ts';
import type { WebhookJob } from '../domain/notify/channels.ts';
import { postWebhook, retryDelay } from '../use-cases/alerts/post-webhook.ts';

const environment = readEnvironment('notify-webhooks', process.env);
const deliveries = new DynamoDbAlertDeliveries(documentClient(), environment.ALERTS_TABLE);
const poster = new HttpWebhookPoster(new WebhookSecrets(clock), clock);
const queue = new SqsWebhookQueue(environment.WEBHOOK_QUEUE_URL);
const { webhooks } = deployedSettings(import.meta.url);
const logger = new FunctionLogger('notify-webhooks');
const processor = new BatchProcessor(EventType.SQS, { logger });

export const handler = logger.handling(async (event: SQSEvent, context) => {
  const post = async ({ body, receiptHandle, attributes, messageId }: SQSRecord) => {
    const job = JSON.parse(body) as WebhookJob;
    const about = { ...aboutSubject(job.subject), webhook: job.webhook, alert: job.sortKey };
    const attempt = `${context.awsRequestId}#${messageId}`;
    try {
      const { kind } = await postWebhook(job, attempt, { deliveries, poster, webhooks, clock });
      if (kind === 'unknown')
        logger.warn('The stage has no such webhook any more: the message is dropped.', about);
      else logger.info('Webhook told.', { ...about, outcome: kind });
    } catch (error) {
      logger.error('A webhook could not be told; the queue delivers it again.', {
        error: error as Error,
        ...about,
      });
      await queue.delay(receiptHandle, retryDelay(Number(attributes.ApproximateReceiveCount)));
      throw error;
    }
  };
  return processPartialResponse(event, post, processor, { context, throwOnFullBatchFailure: false });
});
