/** Where a quarantined line stands in its source. */
export type SourcePointer =
  | { readonly kind: 's3'; readonly bucket: string; readonly key: string; readonly line: number }
  | { readonly kind: 'logs'; readonly group: string; readonly stream: string; readonly eventId: string };

/** Reads `s3://bucket/key#line` and `logs://group/stream#eventId`; undefined for anything else. */
export function readPointer(source: string): SourcePointer | undefined {
  const object = /^s3:\/\/([^/]+)\/(.+)#(\d+)$/.exec(source);
  if (object) {
    const [, bucket = '', key = '', line = ''] = object;
    return { kind: 's3', bucket, key, line: Number(line) };
  }
  const event = /^logs:\/\/(.+)#([^#]+)$/.exec(source);
  if (!event) return undefined;
  const [, path = '', eventId = ''] = event;
  // Both names may hold slashes. Bedrock has one stream; for any other its last segment has to do.
  const bedrocks = '/aws/bedrock/modelinvocations';
  const cut = path.endsWith(bedrocks) ? path.length - bedrocks.length : path.lastIndexOf('/');
  if (cut <= 0) return undefined;
  return { kind: 'logs', group: path.slice(0, cut), stream: path.slice(cut + 1), eventId };
}
