import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { LocalAssembly } from './assembly/local-assembly.ts';

/** Records in one object at most; Bedrock gathers for a minute or so. */
const largestObject = 1000;

/** Bedrock's durable delivery: gzipped objects of lines, under the key that AWS gives them. */
export class LogObjects {
  readonly #client: S3Client;
  readonly #assembly: LocalAssembly;
  readonly #now: () => Date;
  #count = 0;

  constructor(client: S3Client, assembly: LocalAssembly, now: () => Date) {
    this.#client = client;
    this.#assembly = assembly;
    this.#now = now;
  }

  /** @throws Error unless exactly one bucket tells EventBridge of its objects */
  async deliver(lines: readonly string[]): Promise<void> {
    const [bucket, ...others] = this.#assembly.buckets.filter(({ eventBridge }) => eventBridge);
    if (!bucket || others.length > 0) {
      throw new Error(
        'The log bucket is the one bucket that tells EventBridge of its objects: there is not exactly one.',
      );
    }
    for (let start = 0; start < lines.length; start += largestObject) {
      const body = gzipSync(lines.slice(start, start + largestObject).join('\n'));
      await this.#client.send(
        new PutObjectCommand({
          Bucket: bucket.name,
          Key: this.#key(),
          Body: body,
          ContentType: 'application/json',
          ContentEncoding: 'gzip',
        }),
      );
    }
  }

  #key(): string {
    const { account, region } = this.#assembly.place;
    const now = this.#now().toISOString();
    this.#count += 1;
    const stamp = now.replace(/[-:.]/g, '');
    const hex = createHash('sha256').update(`${now} ${this.#count}`).digest('hex').slice(0, 16);
    const hour = now.slice(0, 13).replace(/[-T]/g, '/');
    return `AWSLogs/${account}/BedrockModelInvocationLogs/${region}/${hour}/${stamp}_${hex}.json.gz`;
  }
}
