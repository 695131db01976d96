import {
  CloudWatchLogsClient,
  paginateDescribeSubscriptionFilters,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs';
import { GetBucketNotificationConfigurationCommand, S3Client } from '@aws-sdk/client-s3';
import type { LogDestinations, LogSubscription } from '../use-cases/ports.ts';

/** Looks at log groups and buckets that belong to others; it changes none. */
export class AwsLogDestinations implements LogDestinations {
  readonly #logs: CloudWatchLogsClient;
  readonly #s3: S3Client;

  constructor(logs = new CloudWatchLogsClient({ maxAttempts: 8 }), s3 = new S3Client({ maxAttempts: 6 })) {
    this.#logs = logs;
    this.#s3 = s3;
  }

  async subscriptions(logGroupName: string): Promise<readonly LogSubscription[] | undefined> {
    const found: LogSubscription[] = [];
    try {
      const pages = paginateDescribeSubscriptionFilters({ client: this.#logs }, { logGroupName });
      for await (const { subscriptionFilters = [] } of pages) {
        for (const { filterName = '', destinationArn = '' } of subscriptionFilters) {
          found.push({ name: filterName, destinationArn });
        }
      }
      return found;
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  }

  async announcesObjects(bucketName: string): Promise<boolean | undefined> {
    try {
      const { EventBridgeConfiguration } = await this.#s3.send(
        new GetBucketNotificationConfigurationCommand({ Bucket: bucketName }),
      );
      return EventBridgeConfiguration !== undefined;
    } catch (error) {
      if (error instanceof Error && error.name === 'NoSuchBucket') return undefined;
      throw error;
    }
  }
}
