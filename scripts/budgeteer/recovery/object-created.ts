/** Says of an object that it was created, as S3 does through EventBridge: the form that ingest takes from its queue. */
export function objectCreated(
  object: {
    readonly bucket: string;
    readonly key: string;
    readonly size: number;
    readonly etag?: string | undefined;
  },
  reason: 'redrive' | 'backfill',
): string {
  const { bucket, key, size, etag } = object;
  return JSON.stringify({
    version: '0',
    // Whoever finds the message in a queue sees where it is from.
    source: 'bedrock-budgeteer',
    'detail-type': 'Object Created',
    detail: { bucket: { name: bucket }, object: { key, size, ...(etag && { etag }) }, reason },
  });
}
