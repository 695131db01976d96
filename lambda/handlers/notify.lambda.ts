import { MetricUnit } from '@aws-lambda-powertools/metrics';
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { alertOfImage } from '../adapters/dynamodb/alert-items.ts';
import { FunctionLogger } from '../adapters/runtime/function-logger.ts';
import { functionMetrics } from '../adapters/runtime/function-metrics.ts';
import { systemSleep } from '../adapters/runtime/system-time.ts';
import { readEnvironment } from '../contracts/environment.ts';
import { aboutSubject } from '../contracts/log-keys.ts';
import { alertsSentMetric } from '../contracts/metrics.ts';
import { createNotify } from './notify.ts';
import { notifyDeps } from './notify-deps.ts';

/** Between two digests of a storm. */
const stormPauseMs = 10_000;

const environment = readEnvironment('notify', process.env);
const notify = createNotify(notifyDeps(environment, import.meta.url), alertOfImage);
const logger = new FunctionLogger('notify');
const metrics = functionMetrics(environment.STAGE, 'notify');

export const handler = logger.handling(
  async ({ Records }: DynamoDBStreamEvent, { awsRequestId }): Promise<DynamoDBBatchResponse> => {
    const { sent, folded, people, uncertain, failed } = await notify(Records, awsRequestId);
    if (sent > 0) {
      metrics.addMetric(alertsSentMetric, MetricUnit.Count, sent);
      metrics.publishStoredMetrics();
    }
    for (const alert of uncertain) {
      logger.error('Nobody knows whether an alert went out: both tries died on the way.', { alert });
    }
    for (const { subject, error } of failed) {
      logger.error('An alert could not be told; the stream delivers it again.', {
        error: error as Error,
        ...aboutSubject(subject),
      });
    }
    // The stream gathers meanwhile: the next batch, and with it the next digest, is a larger one.
    if (folded > 0) await systemSleep(stormPauseMs);
    logger.info('Alerts told.', { counts: { sent, folded, people, failed: failed.length } });
    return {
      batchItemFailures: [...new Set(failed.map(({ id }) => id))].map((itemIdentifier) => ({
        itemIdentifier,
      })),
    };
  },
);
