import { gunzipSync } from 'node:zlib';
import type { IngestCounts } from '../domain/metering/ingest-counts.ts';
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
type QueuedMessage = ObjectCreated | { readonly requestPayload: SubscriptionEvent };

/** So many lines are held at a time; an object may have any number. */
const linesAtATime = 500;

export function createIngest(deps: IngestHandlerDeps) {
  async function subscription(event: SubscriptionEvent, counts: IngestCounts): Promise<void> {
    const payload = JSON.parse(
      gunzipSync(Buffer.from(event.awslogs.data, 'base64')).toString('utf8'),
    ) as SubscriptionPayload;
    if (payload.messageType !== 'DATA_MESSAGE') {
      counts.ignored.control++;
      return;
    }
    const { logGroup, logStream, logEvents } = payload;
    const lines = logEvents.map(({ id, message }) => ({
      text: message,
      source: `logs://${logGroup}/${logStream}#${id}`,
    }));
    await ingestLines(lines, deps, counts, { seenBefore: false });
  }

  async function object({ detail }: ObjectCreated, counts: IngestCounts): Promise<void> {
    const { key, size } = detail.object;
    // Bodies that Bedrock moved out of a record, and the empty marker of its permission check, are never opened.
    if (key.includes('/data/')) {
      counts.ignored.sidecar++;
      return;
    }
    if (size === 0 || key.includes('amazon-bedrock-logs-permission-check')) {
      counts.ignored.notice++;
      return;
    }
    const source = `s3://${detail.bucket.name}/${key}`;
    let lines: SourceLine[] = [];
    let number = 0;
    const flush = async () => {
      await ingestLines(lines, deps, counts, { seenBefore: true });
      lines = [];
    };
    for await (const text of deps.linesOfObject(detail.bucket.name, key)) {
      number++;
      lines.push({ text, source: `${source}#${number}` });
      if (lines.length >= linesAtATime) await flush();
    }
    await flush();
  }

  async function message(body: string, counts: IngestCounts): Promise<void> {
    const queued = JSON.parse(body) as QueuedMessage;
    if ('requestPayload' in queued) await subscription(queued.requestPayload, counts);
    else await object(queued, counts);
  }

  return { subscription, message };
}
