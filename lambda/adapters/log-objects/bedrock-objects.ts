import { paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { placeOfKey } from '../../domain/evidence/grade.ts';
import {
  type BedrockObjects,
  ObjectsUnreadableError,
  type PlacedLine,
} from '../../use-cases/ports/evidence.ts';
import { S3LogObjects } from './s3-log-objects.ts';

export interface BedrockBuckets {
  readonly buckets: readonly string[];
  readonly account: string;
}

/** Bedrock's log objects by Region and hour. */
export class S3BedrockObjects implements BedrockObjects {
  readonly #client: S3Client;
  readonly #objects: S3LogObjects;
  readonly #place: BedrockBuckets;

  constructor(place: BedrockBuckets, client = new S3Client({ maxAttempts: 6 })) {
    this.#place = place;
    this.#client = client;
    this.#objects = new S3LogObjects(client, place.account);
  }

  async *lines(region: string, hours: readonly string[]): AsyncGenerator<PlacedLine> {
    const { account, buckets } = this.#place;
    for (const Bucket of buckets) {
      for (const hour of hours) {
        const folder = hour.replace(/[-T]/g, '/');
        const Prefix = `AWSLogs/${account}/BedrockModelInvocationLogs/${region}/${folder}/`;
        try {
          yield* this.#linesBelow(Bucket, Prefix);
        } catch (error) {
          throw new ObjectsUnreadableError(
            `Bedrock's objects below s3://${Bucket}/${Prefix} could not be read.`,
            {
              cause: error,
            },
          );
        }
      }
    }
  }

  async *#linesBelow(Bucket: string, Prefix: string): AsyncGenerator<PlacedLine> {
    const pages = paginateListObjectsV2(
      { client: this.#client },
      { Bucket, Prefix, ExpectedBucketOwner: this.#place.account },
    );
    for await (const { Contents = [] } of pages) {
      for (const { Key = '' } of Contents) {
        const place = placeOfKey(Key);
        // Side-cars, and Bedrock's marker.
        if (place === undefined) continue;
        const object = `s3://${Bucket}/${Key}`;
        for await (const line of this.#objects.lines(Bucket, Key)) yield { object, place, line };
      }
    }
  }
}
