import type { EventEmitter } from 'node:events';
import type { ResourceSpec } from './assembly/local-assembly.ts';

/** An object that was written to a bucket; `size` in bytes. */
export interface PutObject {
  readonly bucket: string;
  readonly key: string;
  readonly size: number;
  readonly etag: string;
}

export interface BusEvent {
  readonly busName: string;
  readonly source: string;
  readonly detailType: string;
  readonly detail: unknown;
  readonly resources?: readonly string[];
  /** @default the stack's own */
  readonly region?: string;
}

/**
 * What happens in the local stack, and what is told of it. Listeners run at once, in the order that they registered:
 * the stack counts itself idle only when nothing is left to deliver.
 */
export type StackEvents = EventEmitter<{
  tableWritten: [];
  messageSent: [queueName: string];
  objectPut: [object: PutObject];
  eventPut: [event: BusEvent];
  resourceStopped: [resource: ResourceSpec];
  /** An AWS service publishes a message to a topic. */
  serviceMessage: [topicArn: string, message: string];
}>;

/** What S3 tells EventBridge of a new object. */
export function objectCreatedEvent({ bucket, key, size, etag }: PutObject, now: Date): BusEvent {
  return {
    busName: 'default',
    source: 'aws.s3',
    detailType: 'Object Created',
    resources: [`arn:aws:s3:::${bucket}`],
    detail: {
      version: '0',
      bucket: { name: bucket },
      object: {
        key,
        size,
        etag,
        sequencer: now.getTime().toString(16).padStart(18, '0').toUpperCase(),
      },
      'request-id': 'LOCAL',
      requester: 'bedrock.amazonaws.com',
      'source-ip-address': '127.0.0.1',
      reason: 'PutObject',
    },
  };
}
