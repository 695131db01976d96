import type { DynamoDBRecord } from 'aws-lambda';
import type { Alert } from '../domain/control/alert.ts';
import type { PublishDeps } from '../use-cases/alerts/publish-alert.ts';
import { type PublishedAlerts, publishAlerts } from '../use-cases/alerts/publish-alerts.ts';

/** What a deployment makes notify of; the invocation adds the rest. */
export type NotifyDeps = Omit<PublishDeps, 'account' | 'attempt'>;

/**
 * Tells the alerts of a batch of stream records.
 * @param alertOf reads an alert from a record's image
 * @param attempt the invocation's id
 */
export function createNotify(deps: NotifyDeps, alertOf: (image: unknown) => Alert) {
  return (records: readonly DynamoDBRecord[], attempt: string): Promise<PublishedAlerts> => {
    const account = records[0]?.eventSourceARN?.split(':')[4] ?? '';
    const batch = records.flatMap(({ dynamodb }) =>
      // As the event source filters: whoever takes up a failed batch reads the stream as it is.
      dynamodb?.NewImage?.['publish']?.BOOL !== true
        ? []
        : [{ id: dynamodb.SequenceNumber ?? '', alert: alertOf(dynamodb.NewImage) }],
    );
    return publishAlerts(batch, { ...deps, account, attempt });
  };
}
