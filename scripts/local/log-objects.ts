import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { recordFacts } from '../command-line/record-facts.ts';
import type { DeploymentPlace } from './assembly/template.ts';
import type { LoggingRegion } from './aws/logging-region.ts';
import { objectCreatedEvent, type StackEvents } from './stack-events.ts';

/** Records in one object at most; Bedrock gathers for a minute or so. */
const largestObject = 1000;

export interface LogObjectsDeps {
  readonly client: S3Client;
  readonly region: LoggingRegion;
  readonly place: DeploymentPlace;
  readonly now: () => Date;
  readonly events: StackEvents;
}

/** Bedrock's durable delivery: gzipped objects of lines, under the key that AWS gives them. */
export class LogObjects {
  readonly #client: S3Client;
  readonly #region: LoggingRegion;
  readonly #place: DeploymentPlace;
  readonly #now: () => Date;
  #count = 0;
  /** Objects of which nobody is told. */
  readonly #quiet = new Set<string>();

  constructor({ client, region, place, now, events }: LogObjectsDeps) {
    this.#client = client;
    this.#region = region;
    this.#place = place;
    this.#now = now;
    events.on('objectPut', (object) => {
      if (region.buckets.get(object.bucket) && this.#announces(object.key))
        events.emit('eventPut', objectCreatedEvent(object, now()));
    });
  }

  /** @returns whether Bedrock delivers to a bucket */
  async deliver(lines: readonly string[]): Promise<boolean> {
    for (const [region, own] of Map.groupBy(
      lines,
      (line) => recordFacts(line).region ?? this.#place.region,
    )) {
      for (let start = 0; start < own.length; start += largestObject) {
        const body = gzipSync(own.slice(start, start + largestObject).join('\n'));
        if (!(await this.#send(this.keyAt(this.#now(), region), body))) return false;
      }
    }
    return true;
  }

  /** One object of lines that Bedrock keeps, and tells nobody of. @param key as `keyAt` made it */
  async keep(key: string, lines: readonly string[]): Promise<void> {
    this.#quiet.add(key);
    await this.#send(key, gzipSync(lines.join('\n')));
  }

  #announces(key: string): boolean {
    return ![...this.#quiet].some((quiet) => key.endsWith(quiet));
  }

  /** One object as it is. @param folder below the hour's, for what Bedrock keeps beside the records */
  async put(body: Buffer, folder = ''): Promise<boolean> {
    return this.#send(this.keyAt(this.#now(), this.#place.region, folder), body);
  }

  async #send(key: string, body: Buffer): Promise<boolean> {
    const place = this.#region.logging?.s3Config;
    if (!place) return false;
    await this.#client.send(
      new PutObjectCommand({
        Bucket: place.bucketName,
        Key: `${place.keyPrefix ? `${place.keyPrefix}/` : ''}${key}`,
        Body: body,
        ContentType: 'application/json',
        ContentEncoding: 'gzip',
      }),
    );
    return true;
  }

  /** A new object's key, without the owner's prefix. */
  keyAt(at: Date, region: string, folder = ''): string {
    const { account } = this.#place;
    const now = at.toISOString();
    this.#count += 1;
    const stamp = now.replace(/[-:.]/g, '');
    const hex = createHash('sha256').update(`${now} ${this.#count}`).digest('hex').slice(0, 16);
    const hour = now.slice(0, 13).replace(/[-T]/g, '/');
    return `AWSLogs/${account}/BedrockModelInvocationLogs/${region}/${hour}/${folder}${stamp}_${hex}.json.gz`;
  }
}
