import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Place } from './assembly/template.ts';
import type { LoggingRegion } from './aws/logging-region.ts';

/** Records in one object at most; Bedrock gathers for a minute or so. */
const largestObject = 1000;

/** Bedrock's durable delivery: gzipped objects of lines, under the key that AWS gives them. */
export class LogObjects {
  readonly #client: S3Client;
  readonly #region: LoggingRegion;
  readonly #place: Place;
  readonly #now: () => Date;
  #count = 0;

  constructor(client: S3Client, region: LoggingRegion, place: Place, now: () => Date) {
    this.#client = client;
    this.#region = region;
    this.#place = place;
    this.#now = now;
  }

  /** @returns whether Bedrock delivers to a bucket */
  async deliver(lines: readonly string[]): Promise<boolean> {
    for (let start = 0; start < lines.length; start += largestObject) {
      const body = gzipSync(lines.slice(start, start + largestObject).join('\n'));
      if (!(await this.put(body))) return false;
    }
    return true;
  }

  /** One object as it is. @param folder below the hour's, for what Bedrock keeps beside the records */
  async put(body: Buffer, folder = ''): Promise<boolean> {
    const place = this.#region.logging?.s3Config;
    if (!place) return false;
    await this.#client.send(
      new PutObjectCommand({
        Bucket: place.bucketName,
        Key: `${place.keyPrefix ? `${place.keyPrefix}/` : ''}${this.#key(folder)}`,
        Body: body,
        ContentType: 'application/json',
        ContentEncoding: 'gzip',
      }),
    );
    return true;
  }

  #key(folder: string): string {
    const { account, region } = this.#place;
    const now = this.#now().toISOString();
    this.#count += 1;
    const stamp = now.replace(/[-:.]/g, '');
    const hex = createHash('sha256').update(`${now} ${this.#count}`).digest('hex').slice(0, 16);
    const hour = now.slice(0, 13).replace(/[-T]/g, '/');
    return `AWSLogs/${account}/BedrockModelInvocationLogs/${region}/${hour}/${folder}${stamp}_${hex}.json.gz`;
  }
}
