import { gunzipSync, gzipSync } from 'node:zlib';
import { GetObjectCommand, PutObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { anchorSchema, archivePrefixes, dayOfAnchor } from '../../contracts/audit-archive.ts';
import type { Anchor } from '../../domain/audit-anchor.ts';
import type { AuditArchive } from '../../use-cases/ports/audit.ts';

/** The newest anchor is none: without it the next one would follow nothing. */
export class DamagedAnchorError extends Error {
  override name = 'DamagedAnchorError';
}

/** The bucket of the audit archive. Its default retention locks each object as it comes; nothing is said of it here. */
export class S3AuditArchive implements AuditArchive {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(bucket: string, client = new S3Client({ maxAttempts: 6 })) {
    this.#client = client;
    this.#bucket = bucket;
  }

  /** @throws DamagedAnchorError */
  async latestAnchor(): Promise<Anchor | undefined> {
    let latest: string | undefined;
    const query = { Bucket: this.#bucket, Prefix: archivePrefixes.anchors };
    // In the order of keys, so the newest is last: a thousand days a page.
    for await (const { Contents = [] } of paginateListObjectsV2({ client: this.#client }, query)) {
      for (const { Key = '' } of Contents) if (dayOfAnchor(Key) !== undefined) latest = Key;
    }
    if (latest === undefined) return undefined;
    const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: latest }));
    const anchor = unpackAnchor((await Body?.transformToByteArray()) ?? new Uint8Array());
    if (anchor === undefined) {
      throw new DamagedAnchorError(
        `s3://${this.#bucket}/${latest} is no anchor: delete the version that is not ours, the locked one is below it.`,
      );
    }
    return anchor;
  }

  async putOnce(key: string, text: string): Promise<boolean> {
    try {
      await this.#client.send(
        new PutObjectCommand({
          Bucket: this.#bucket,
          Key: key,
          Body: gzipSync(text),
          ContentType: 'application/gzip',
          // Without it a lock would not hinder a new version from hiding the old one.
          IfNoneMatch: '*',
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof Error && error.name === 'PreconditionFailed') return false;
      throw error;
    }
  }
}

/** @returns undefined for what is no anchor */
export function unpackAnchor(packed: Uint8Array): Anchor | undefined {
  try {
    return anchorSchema.parse(JSON.parse(gunzipSync(packed).toString()));
  } catch {
    return undefined;
  }
}
