import { gunzipSync } from 'node:zlib';
import { addIngested, type Ingested, nothingIngested } from '../domain/metering/ingest-counts.ts';
import type { IgnoredReason } from '../domain/metering/invocation.ts';
import { type IngestDeps, ingestLines, type SourceLine } from '../use-cases/ingest-lines.ts';

export interface IngestHandlerDeps extends IngestDeps {
  readonly linesOfObject: (bucket: string, key: string) => AsyncIterable<string>;
}

/** What a CloudWatch Logs subscription sends. */
export interface SubscriptionEvent {
  readonly awslogs: { readonly data: string };
}
interface SubscriptionPayload {
  readonly messageType: string;
  readonly logGroup: string;
  readonly logStream: string;
  readonly logEvents: readonly { readonly id: string; readonly message: string }[];
}

/** The part of S3's "Object Created" event that is read. */
interface ObjectCreated {
  readonly detail: {
    readonly bucket: { readonly name: string };
    readonly object: { readonly key: string; readonly size: number };
  };
}
/** A queued message: an object's event, or a subscription event that failed and was put aside by Lambda. */
type QueuedMessage =
  | ObjectCreated
  | { readonly requestContext: { readonly requestId: string }; readonly requestPayload: SubscriptionEvent };

/** So many lines are held at a time; an object may have any number. */
const linesAtATime = 500;

/** Answers what became of one delivery; `delivery` names it, the same for every attempt. */
export function createIngest(deps: IngestHandlerDeps) {
  async function subscription(event: SubscriptionEvent, delivery: string): Promise<Ingested> {
    const payload = JSON.parse(
      gunzipSync(Buffer.from(event.awslogs.data, 'base64')).toString('utf8'),
    ) as SubscriptionPayload;
    if (payload.messageType !== 'DATA_MESSAGE') return passedBy('control');
    const { logGroup, logStream, logEvents } = payload;
    const lines = logEvents.map(({ id, message }) => ({
      text: message,
      source: `logs://${logGroup}/${logStream}#${id}`,
    }));
    return ingestLines(lines, deps, { id: delivery, seenBefore: false });
  }

  async function object({ detail }: ObjectCreated, delivery: string): Promise<Ingested> {
    const { key, size } = detail.object;
    // Bodies that Bedrock moved out of a record, and the empty marker of its permission check, are never opened.
    if (key.includes('/data/')) return passedBy('sidecar');
    if (size === 0 || key.includes('amazon-bedrock-logs-permission-check')) return passedBy('notice');
    const source = `s3://${detail.bucket.name}/${key}`;
    const ingested = nothingIngested();
    let lines: SourceLine[] = [];
    let number = 0;
    const flush = async () => {
      // A copy further down the object is another portion's, and a duplicate.
      const portion = { id: `${delivery}/${Math.ceil(number / linesAtATime)}`, seenBefore: true };
      addIngested(ingested, await ingestLines(lines, deps, portion));
      lines = [];
    };
    for await (const text of deps.linesOfObject(detail.bucket.name, key)) {
      number++;
      lines.push({ text, source: `${source}#${number}` });
      if (lines.length >= linesAtATime) await flush();
    }
    await flush();
    return ingested;
  }

  async function message(body: string, messageId: string): Promise<Ingested> {
    const queued = JSON.parse(body) as QueuedMessage;
    // Lambda's own attempts at it had the request's id.
    if ('requestPayload' in queued)
      return subscription(queued.requestPayload, queued.requestContext.requestId);
    return object(queued, messageId);
  }

  return { subscription, message };
}

function passedBy(reason: IgnoredReason): Ingested {
  const ingested = nothingIngested();
  ingested.counts.ignored[reason]++;
  return ingested;
}
