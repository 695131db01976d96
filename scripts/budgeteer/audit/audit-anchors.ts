import { gunzipSync } from 'node:zlib';
import {
  GetObjectCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  S3Client,
} from '@aws-sdk/client-s3';
import { unpackAnchor } from '../../../lambda/adapters/audit/s3-audit-archive.ts';
import { archivePrefixes, dayOfAnchor } from '../../../lambda/contracts/audit-archive.ts';
import type { Anchor } from '../../../lambda/domain/audit-anchor.ts';
import { checkAnchors } from '../../../lambda/domain/audit-anchor.ts';
import { auditArchiveName } from '../../../lib/shared/naming.ts';
import { whoCalls } from '../deployment/caller.ts';
import type { Deployment } from '../deployment/deployment.ts';

export interface AnchorRecords {
  /** Oldest first. */
  readonly anchors: readonly { readonly day: string; readonly anchor: Anchor }[];
  /** What is wrong with the archive, one sentence each. */
  readonly problems: readonly string[];
}

export const noAnchors: AnchorRecords = { anchors: [], problems: [] };

/** Reads the archive as it was written: of each object the first version, which the lock keeps. */
export class LockedArchive {
  readonly bucket: string;
  readonly #client: S3Client;
  /** The bucket's name could be somebody else's where ours is gone. */
  readonly #owner: string;

  private constructor(client: S3Client, bucket: string, owner: string) {
    this.#client = client;
    this.bucket = bucket;
    this.#owner = owner;
  }

  static async of(deployment: Deployment): Promise<LockedArchive> {
    const account = deployment.account ?? (await whoCalls(deployment)).account;
    const client = new S3Client({ ...deployment.aws, maxAttempts: 6 });
    return new LockedArchive(client, auditArchiveName(deployment.stage, account), account);
  }

  /** Of each key the first version that has content, and how many versions and deletions there are. */
  async firstVersions(
    prefix: string,
  ): Promise<ReadonlyMap<string, { readonly id: string; readonly count: number }>> {
    const found = new Map<string, { id: string; count: number }>();
    let marker: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } | undefined = {};
    while (marker) {
      const page: ListObjectVersionsCommandOutput = await this.#client.send(
        new ListObjectVersionsCommand({
          ...{ Bucket: this.bucket, Prefix: prefix, ExpectedBucketOwner: this.#owner },
          ...marker,
        }),
      );
      // Of each key the newest comes first, so the last one seen is the first written.
      for (const { Key = '', VersionId = '' } of page.Versions ?? []) {
        found.set(Key, { id: VersionId, count: (found.get(Key)?.count ?? 0) + 1 });
      }
      for (const { Key = '' } of page.DeleteMarkers ?? []) {
        const known = found.get(Key) ?? { id: '', count: 0 };
        found.set(Key, { ...known, count: known.count + 1 });
      }
      marker = page.IsTruncated
        ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
        : undefined;
    }
    return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** As it was packed. */
  async read(key: string, version: string): Promise<Uint8Array> {
    const { Body } = await this.#client.send(
      new GetObjectCommand({
        Bucket: this.bucket,
        Key: key,
        VersionId: version,
        ExpectedBucketOwner: this.#owner,
      }),
    );
    return (await Body?.transformToByteArray()) ?? new Uint8Array();
  }
}

/** Every anchor of a deployment, and whether they follow from each other. */
export async function readAnchors(deployment: Deployment): Promise<AnchorRecords> {
  const archive = await LockedArchive.of(deployment);
  const problems: string[] = [];
  const anchors: { day: string; anchor: Anchor }[] = [];
  try {
    for (const [key, { id, count }] of await archive.firstVersions(archivePrefixes.anchors)) {
      const day = dayOfAnchor(key);
      const where = `s3://${archive.bucket}/${key}`;
      if (count > 1) {
        problems.push(
          `${where} was written over or deleted: it has ${count} versions, and the first one counts.`,
        );
      }
      const anchor = id === '' ? undefined : unpackAnchor(await archive.read(key, id));
      if (day === undefined || anchor === undefined) problems.push(`${where} is no anchor.`);
      else anchors.push({ day, anchor });
    }
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'NoSuchBucket') throw error;
    return {
      anchors,
      problems: [`There is no bucket ${archive.bucket}: nothing vouches for the chains but their own links.`],
    };
  }
  return { anchors, problems: [...problems, ...checkAnchors(anchors, deployment.stage)] };
}

/** @returns undefined for what was not packed with gzip */
export function unpackText(packed: Uint8Array): string | undefined {
  try {
    return gunzipSync(packed).toString();
  } catch {
    return undefined;
  }
}
