import * as z from 'zod';

/**
 * What Lambda sends to a failure destination: of a stream only where its records stand, of an asynchronous call the event
 * itself (Lambda Developer Guide, "Destinations").
 */
export const givenUpSchema = z.union([
  z.object({
    requestContext: z.object({ functionArn: z.string() }),
    DDBStreamBatchInfo: z.object({
      streamArn: z.string(),
      shardId: z.string(),
      startSequenceNumber: z.string(),
      endSequenceNumber: z.string(),
    }),
  }),
  z.object({ requestContext: z.object({ functionArn: z.string() }), requestPayload: z.unknown() }),
]);
export type GivenUp = z.infer<typeof givenUpSchema>;
/** Where records of a stream stand: from the first to the last of a failed batch. */
export type StreamRange = Extract<GivenUp, { DDBStreamBatchInfo: unknown }>['DDBStreamBatchInfo'];

/** Functions that leave to the queue what they give up on; the one that takes it up may call these alone. */
export const givingUp = ['evaluate', 'audit', 'notify', 'iam-events', 'enforcer', 'jobs'] as const;
