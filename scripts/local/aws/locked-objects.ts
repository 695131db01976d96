import { createHash } from 'node:crypto';
import { type AwsResponse, errorAnswer } from './aws-error.ts';
import type { AwsRequest } from './aws-request.ts';

/** What a bucket's default retention gives to each object that comes. */
export interface ObjectLock {
  readonly mode: 'GOVERNANCE' | 'COMPLIANCE';
  readonly days: number;
}

interface Version {
  readonly id: string;
  /** Undefined for a delete marker. */
  readonly body: Buffer | undefined;
  readonly at: Date;
  readonly lockedUntil: Date;
}

const day = 86_400_000;
const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';
const xml = (root: string, inner: string): AwsResponse => ({
  status: 200,
  headers: { 'content-type': 'application/xml' },
  body: `<?xml version="1.0" encoding="UTF-8"?><${root} xmlns="${namespace}"><IsTruncated>false</IsTruncated>${inner}</${root}>`,
});
const etagOf = (body: Buffer) => `"${createHash('md5').update(body).digest('hex')}"`;

/**
 * A bucket with versions, Object Lock and conditional writes, none of which the S3 server beside it has: what a lock keeps
 * and what it does not is the point of such a bucket. Lists are one page.
 */
export class LockedObjects {
  readonly #lock: ObjectLock;
  readonly #now: () => Date;
  /** By key, the newest last. */
  readonly #versions = new Map<string, Version[]>();
  #count = 0;

  constructor(lock: ObjectLock, now: () => Date) {
    this.#lock = lock;
    this.#now = now;
  }

  serve(request: AwsRequest): AwsResponse {
    const { operation, body, headers, raw, protocol } = request;
    const key = String(body['Key'] ?? '');
    const id = body['VersionId'] as string | undefined;
    switch (operation) {
      case 'PutObject':
        if (headers['if-none-match'] === '*' && this.#current(key)?.body !== undefined) {
          const message = 'At least one of the pre-conditions you specified did not hold';
          return errorAnswer(protocol, { code: 'PreconditionFailed', message, status: 412 });
        }
        return this.#put(key, raw);
      case 'GetObject':
      case 'HeadObject':
        return this.#get(request, key, id);
      case 'DeleteObject':
        return id === undefined ? this.#put(key, undefined) : this.#deleteVersion(request, key, id);
      case 'ListObjectsV2':
        return xml('ListBucketResult', this.#list(String(body['Prefix'] ?? '')));
      case 'ListObjectVersions':
        return xml('ListVersionsResult', this.#listVersions(String(body['Prefix'] ?? '')));
      default:
        throw new Error(`A locked bucket does not imitate S3's ${operation}: add it to locked-objects.ts.`);
    }
  }

  #current(key: string): Version | undefined {
    return this.#versions.get(key)?.at(-1);
  }

  #put(key: string, body: Buffer | undefined): AwsResponse {
    const at = this.#now();
    this.#count += 1;
    const id = `v${this.#count}`;
    const lockedUntil = body === undefined ? at : new Date(at.getTime() + this.#lock.days * day);
    this.#versions.set(key, [...(this.#versions.get(key) ?? []), { id, body, at, lockedUntil }]);
    const headers = { 'x-amz-version-id': id, ...(body ? { etag: etagOf(body) } : {}) };
    return { status: body ? 200 : 204, headers, body: '' };
  }

  #get({ operation, protocol }: AwsRequest, key: string, id: string | undefined): AwsResponse {
    const version = id === undefined ? this.#current(key) : this.#versions.get(key)?.find((v) => v.id === id);
    if (version?.body === undefined) {
      const message = 'The specified key does not exist.';
      return errorAnswer(protocol, { code: 'NoSuchKey', message, status: 404 });
    }
    const headers = {
      etag: etagOf(version.body),
      'content-length': String(version.body.length),
      'x-amz-version-id': version.id,
    };
    return { status: 200, headers, body: operation === 'HeadObject' ? '' : version.body };
  }

  #deleteVersion({ headers, protocol }: AwsRequest, key: string, id: string): AwsResponse {
    const versions = this.#versions.get(key) ?? [];
    const locked = versions.some((version) => version.id === id && version.lockedUntil > this.#now());
    const bypass =
      this.#lock.mode === 'GOVERNANCE' && headers['x-amz-bypass-governance-retention'] === 'true';
    if (locked && !bypass) {
      const message = 'Access Denied because object protected by object lock.';
      return errorAnswer(protocol, { code: 'AccessDenied', message, status: 403 });
    }
    const left = versions.filter((version) => version.id !== id);
    if (left.length > 0) this.#versions.set(key, left);
    else this.#versions.delete(key);
    return { status: 204, headers: {}, body: '' };
  }

  #keys(prefix: string): string[] {
    return [...this.#versions.keys()].filter((key) => key.startsWith(prefix)).sort();
  }

  #list(prefix: string): string {
    return this.#keys(prefix)
      .filter((key) => this.#current(key)?.body !== undefined)
      .map((key) => `<Contents><Key>${key}</Key></Contents>`)
      .join('');
  }

  /** As S3 lists them: of each key the newest first. */
  #listVersions(prefix: string): string {
    return this.#keys(prefix)
      .flatMap((key) =>
        (this.#versions.get(key) ?? []).toReversed().map((version) => [key, version] as const),
      )
      .map(([key, { id, body, at }]) => {
        const element = body === undefined ? 'DeleteMarker' : 'Version';
        const latest = this.#current(key)?.id === id;
        return `<${element}><Key>${key}</Key><VersionId>${id}</VersionId><IsLatest>${latest}</IsLatest><LastModified>${at.toISOString()}</LastModified></${element}>`;
      })
      .join('');
  }
}
