import { paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';

/** Where Bedrock put its log of one account and Region, and which UTC days of it are meant. */
export interface LogPlace {
  readonly bucket: string;
  readonly prefix: string;
  readonly account: string;
  readonly region: string;
  readonly from: string;
  readonly to: string;
}

export interface LogObject {
  readonly key: string;
  readonly size: number;
  readonly etag: string | undefined;
}

const dayMs = 86_400_000;

/** Log objects day by day, without bodies that Bedrock put beside them and without the marker of its permission check. */
export async function* listLogObjects(client: S3Client, place: LogPlace): AsyncGenerator<LogObject> {
  const { bucket, prefix, account, region, from, to } = place;
  const front = prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;
  const folder = `${front}AWSLogs/${account}/BedrockModelInvocationLogs/${region}/`;
  for (let at = Date.parse(from); at <= Date.parse(to); at += dayMs) {
    const day = new Date(at).toISOString().slice(0, 10).replaceAll('-', '/');
    const pages = paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: `${folder}${day}/` });
    for await (const { Contents = [] } of pages) {
      for (const { Key: key = '', Size: size = 0, ETag } of Contents) {
        const sidecar = key.slice(folder.length).includes('/data/');
        if (size === 0 || sidecar || !key.endsWith('.json.gz')) continue;
        yield { key, size, etag: ETag?.replaceAll('"', '') };
      }
    }
  }
}
