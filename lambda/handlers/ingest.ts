import { gunzipSync } from 'node:zlib';
import { type SubscriptionDelivery, subscriptionDeliverySchema } from '../contracts/subscription-delivery.ts';
import { type ObjectPlace, placeOfKey } from '../domain/evidence/grade.ts';
import { addIngested, arrivedAt, type Ingested, nothingIngested } from '../domain/metering/ingest-counts.ts';
import type { IgnoredReason } from '../domain/metering/invocation.ts';
import type { ObjectLine } from '../domain/metering/object-line.ts';
import { type IngestDeps, ingestLines, type SourceLine } from '../use-cases/metering/ingest-lines.ts';
import { quarantineUnread, type Unread } from '../use-cases/metering/quarantine-unread.ts';

export interface IngestHandlerDeps extends IngestDeps {
  readonly linesOfObject: (bucket: string, key: string) => AsyncIterable<ObjectLine>;
  /** The stage's log buckets: an event may name any other, and nothing of it is read. */
  readonly logBuckets: readonly string[];
}

/** What a CloudWatch Logs subscription sends. */
export interface SubscriptionEvent {
  readonly awslogs: { readonly data: string };
}

/** The part of S3's "Object Created" event that is read. */
interface ObjectCreated {
  /** When S3 took the object, ISO 8601 UTC. */
  readonly time?: string;
  readonly detail: {
    readonly bucket: { readonly name: string };
    readonly object: { readonly key: string; readonly size: number };
  };
}
/** A queued message: an object's event, or a subscription event that failed and was put aside by Lambda. */
type QueuedMessage =
  | ObjectCreated
  | {
      /** When Lambda gave up on it, ISO 8601 UTC. */
      readonly timestamp?: string;
      readonly requestContext: { readonly requestId: string };
      readonly requestPayload: SubscriptionEvent;
    };

/** So much is held at a time, lines and characters, whichever is reached first; an object may have any number. */
const linesAtATime = 500;
const charactersAtATime = 2 ** 20;
/** CloudWatch Logs packs at most 1 MB of events; what unpacks to this is none of its deliveries. */
const largestDelivery = 64 * 2 ** 20;

/** Bedrock's place for bodies, below the hour's folder; an owner's prefix may have any name. */
const sidecar = /\/BedrockModelInvocationLogs\/.*\/data\//;

/** Answers what became of one delivery; `delivery` names it, the same for every attempt. */
export function createIngest(deps: IngestHandlerDeps) {
  async function subscription(
    event: SubscriptionEvent,
    delivery: string,
    arrived = deps.clock(),
  ): Promise<Ingested> {
    const payload = unpackDelivery(event.awslogs.data);
    // It would be the same another time, and its events stay in their log group.
    if (payload === undefined) {
      const source = `logs://delivery/${delivery}`;
      return quarantineUnread([{ source, content: event.awslogs.data, reason: noDelivery }], deps);
    }
    if (payload.messageType !== 'DATA_MESSAGE') return passedBy('control');
    const { logGroup, logStream, logEvents } = payload;
    const lines = logEvents.map(({ id, message }) => ({
      text: message,
      source: `logs://${logGroup}/${logStream}#${id}`,
    }));
    return arrivedAt(await ingestLines(lines, deps, { id: delivery, seenBefore: false }), arrived);
  }

  async function object({ detail }: ObjectCreated, delivery: string): Promise<Ingested> {
    const { key, size } = detail.object;
    // Bodies that Bedrock moved out of a record, and the empty marker of its permission check, are never opened.
    if (sidecar.test(key)) return passedBy('sidecar');
    if (size === 0 || key.includes('amazon-bedrock-logs-permission-check')) return passedBy('notice');
    const source = `s3://${detail.bucket.name}/${key}`;
    if (!deps.logBuckets.includes(detail.bucket.name)) {
      return quarantineUnread([{ source, content: source, reason: foreignBucket }], deps);
    }
    const place: ObjectPlace | undefined = placeOfKey(key);
    const ingested = nothingIngested();
    const unread: Unread[] = [];
    let lines: SourceLine[] = [];
    let characters = 0;
    let portions = 0;
    const flush = async () => {
      // A copy further down the object is another portion's, and a duplicate.
      const portion = {
        id: `${delivery}/${++portions}`,
        seenBefore: true,
        origin: { kind: 'object', place } as const,
      };
      addIngested(ingested, await ingestLines(lines, deps, portion));
      lines = [];
      characters = 0;
    };
    for await (const line of deps.linesOfObject(detail.bucket.name, key)) {
      const at = `${source}#${line.number}`;
      if (line.kind !== 'line') {
        unread.push({ source: at, sha256: line.sha256, reason: unreadReasons[line.kind] });
        continue;
      }
      lines.push({ text: line.text, source: at });
      characters += line.text.length;
      if (lines.length >= linesAtATime || characters >= charactersAtATime) await flush();
    }
    await flush();
    addIngested(ingested, await quarantineUnread(unread, deps));
    return ingested;
  }

  async function message(body: string, messageId: string): Promise<Ingested> {
    const queued = JSON.parse(body) as QueuedMessage;
    const instant = (text: string | undefined) => (text === undefined ? deps.clock() : new Date(text));
    // Lambda's own attempts at it had the request's id.
    if ('requestPayload' in queued) {
      const { requestContext, requestPayload, timestamp } = queued;
      return subscription(requestPayload, requestContext.requestId, instant(timestamp));
    }
    return arrivedAt(await object(queued, messageId), instant(queued.time));
  }

  return { subscription, message };
}

const noDelivery =
  'The delivery of CloudWatch Logs cannot be unpacked: its events are in the log group, at the time of this entry.';
const foreignBucket =
  "The object is in none of the stage's log buckets: whoever sent its event is not S3, so nothing of it was read.";
const unreadReasons = {
  overlong: 'The line is longer than any record can be, so it was not read.',
  damaged: 'The object is damaged: from this line on it cannot be unpacked. The lines before it were read.',
} as const;

/** Undefined for what is no delivery of CloudWatch Logs: no gzip, cut off, no JSON, another shape. */
function unpackDelivery(data: string): SubscriptionDelivery | undefined {
  try {
    const text = gunzipSync(Buffer.from(data, 'base64'), { maxOutputLength: largestDelivery }).toString();
    return subscriptionDeliverySchema.safeParse(JSON.parse(text)).data;
  } catch {
    // The cause would quote what it could not parse.
    return undefined;
  }
}

function passedBy(reason: IgnoredReason): Ingested {
  const ingested = nothingIngested();
  ingested.counts.ignored[reason]++;
  return ingested;
}
