import {
  CloudWatchLogsClient,
  paginateDescribeSubscriptionFilters,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs';
import { EventBridgeClient, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { GetBucketNotificationConfigurationCommand, S3Client } from '@aws-sdk/client-s3';
import {
  type LogDestinations,
  LoggingRefusedError,
  type LogSubscription,
} from '../../use-cases/ports/upkeep.ts';

/** Reads log groups and buckets that belong to others; it changes none. */
export class AwsLogDestinations implements LogDestinations {
  readonly #logs: CloudWatchLogsClient;
  readonly #s3: S3Client;
  readonly #events: EventBridgeClient;

  constructor(
    logs = new CloudWatchLogsClient({ maxAttempts: 8 }),
    s3 = new S3Client({ maxAttempts: 6 }),
    events = new EventBridgeClient({ maxAttempts: 8 }),
  ) {
    this.#logs = logs;
    this.#s3 = s3;
    this.#events = events;
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
      const name = error instanceof Error ? error.name : '';
      // A bucket of another Region answers with the way there.
      if (['NoSuchBucket', 'PermanentRedirect', 'IllegalLocationConstraintException'].includes(name))
        return undefined;
      if (!/^(AccessDenied|Forbidden|403)/.test(name)) throw error;
      throw new LoggingRefusedError(
        `The bucket "${bucketName}" cannot be looked at (${name}): it belongs to another account or its policy denies it, ` +
          'so name a bucket of this account in logging.bucket, or let this account read its notifications.',
        { cause: error },
      );
    }
  }

  async rulesOn(bucketName: string): Promise<readonly string[]> {
    const found: string[] = [];
    let NextToken: string | undefined;
    do {
      const page = await this.#events.send(new ListRulesCommand({ NextToken }));
      for (const { Name = '', EventPattern = '' } of page.Rules ?? []) {
        // A name in quotes is the whole name: a pattern that only begins alike is another bucket's.
        if (EventPattern.includes(JSON.stringify(bucketName))) found.push(Name);
      }
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    return found;
  }
}
