import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { S3LogObjects } from '../../../lambda/adapters/log-objects/s3-log-objects.ts';
import { readLine } from '../../../lambda/domain/metering/read-line.ts';
import type { Deployment } from '../deployment/deployment.ts';
import type { OperatorQueue } from '../deployment/operator-queue.ts';
import { type FetchedLogEvent, fetchLogEvent } from './fetch-log-event.ts';
import { objectCreated } from './object-created.ts';
import { forgetPointer, type QuarantinedPointer, readQuarantine } from './quarantine.ts';
import { readPointer, type SourcePointer } from './source-pointer.ts';

export interface ReplayedQuarantine {
  readonly pointers: number;
  /** Lines that can be read now and are on their way to ingest. */
  readonly replayed: number;
  /** Lines that today's parser cannot read either: they stay where they are. */
  readonly unreadable: number;
  /** Deliveries of CloudWatch Logs that could not be unpacked: they are kept nowhere as they came. */
  readonly unkept: readonly string[];
  /** One sentence for each source that could not be fetched again. */
  readonly unfetched: readonly string[];
}

export interface ReplayOptions {
  /** How many days back to read. */
  readonly days: number;
  readonly dryRun: boolean;
  /** Replaced in tests: the local stack keeps no log events. */
  readonly logEvent?: typeof fetchLogEvent;
}

type Placed<P extends SourcePointer> = { readonly pointer: QuarantinedPointer; readonly place: P };

/**
 * Reads every quarantined line again, at its source, with the parser that is deployed next to this command. What can
 * be read now goes to ingest's queue again: an S3 object as a whole (what was posted from it is a duplicate), a log event
 * by itself. What the ledger already has counts once, whatever happens here twice.
 */
export async function replayQuarantine(
  queue: Pick<OperatorQueue, 'send'>,
  { days, dryRun, logEvent = fetchLogEvent }: ReplayOptions,
  deployment: Deployment,
): Promise<ReplayedQuarantine> {
  const pointers = await readQuarantine(days, deployment);
  const unfetched: string[] = [];
  const unkept: string[] = [];
  const objects = new Map<string, Placed<Extract<SourcePointer, { kind: 's3' }>>[]>();
  const events: Placed<Extract<SourcePointer, { kind: 'logs' }>>[] = [];
  for (const pointer of pointers) {
    const place = readPointer(pointer.source);
    if (isDelivery(pointer.source)) unkept.push(`${pointer.source} of ${pointer.at}`);
    else if (place === undefined) unfetched.push(`${pointer.source} is no place that can be fetched.`);
    else if (place.kind === 'logs') events.push({ pointer, place });
    else {
      const name = `s3://${place.bucket}/${place.key}`;
      objects.set(name, [...(objects.get(name) ?? []), { pointer, place }]);
    }
  }
  let replayed = 0;
  let unreadable = 0;
  const send = async (body: string, readable: readonly QuarantinedPointer[]) => {
    replayed += readable.length;
    if (dryRun) return;
    await queue.send([body]);
    for (const pointer of readable) await forgetPointer(pointer, deployment);
  };
  for (const [name, placed] of objects) {
    const object = await readObject(placed, deployment).catch(warnUnfetched(name, unfetched));
    if (object === undefined) continue;
    unreadable += placed.length - object.readable.length;
    if (object.readable.length > 0) await send(object.event, object.readable);
  }
  for (const { pointer, place } of events) {
    const { source } = pointer;
    const event = await logEvent(place, new Date(pointer.at), deployment.aws).catch(
      warnUnfetched(source, unfetched),
    );
    if (event === undefined) {
      if (!unfetched.some((said) => said.startsWith(source)))
        unfetched.push(`${source} is not in the log group any more.`);
    } else if (isReadable(event.message)) await send(subscriptionMessage(place, event), [pointer]);
    else unreadable++;
  }
  return { pointers: pointers.length, replayed, unreadable, unkept, unfetched };
}

const isDelivery = (source: string) => source.startsWith('logs://delivery/');
const isReadable = (line: string) => readLine(line).kind !== 'quarantined';

const warnUnfetched = (source: string, unfetched: string[]) => (error: Error) => {
  unfetched.push(`${source} cannot be fetched: ${error.name}: ${error.message}`);
  return undefined;
};

/** Reads the lines that the pointers name, and makes the event that brings the whole object to ingest again. */
async function readObject(
  placed: readonly Placed<Extract<SourcePointer, { kind: 's3' }>>[],
  { aws }: Deployment,
): Promise<{ readonly event: string; readonly readable: readonly QuarantinedPointer[] } | undefined> {
  const [first] = placed;
  if (first === undefined) return undefined;
  const { bucket, key } = first.place;
  const client = new S3Client({ ...aws, maxAttempts: 6 });
  const { ContentLength: size = 0, ETag } = await client.send(
    new HeadObjectCommand({ Bucket: bucket, Key: key }),
  );
  const readable: QuarantinedPointer[] = [];
  for await (const line of new S3LogObjects(client).lines(bucket, key)) {
    const here = placed.filter(({ place }) => place.line === line.number);
    if (here.length === 0 || line.kind !== 'line' || !isReadable(line.text)) continue;
    readable.push(...here.map(({ pointer }) => pointer));
  }
  const etag = ETag?.replaceAll('"', '');
  return { event: objectCreated({ bucket, key, size, etag }, 'redrive'), readable };
}

/** One log event in the form in which Lambda puts aside a subscription's delivery that failed. */
function subscriptionMessage(
  { group, stream }: Extract<SourcePointer, { kind: 'logs' }>,
  { id, timestamp, message }: FetchedLogEvent,
): string {
  const payload = {
    messageType: 'DATA_MESSAGE',
    logGroup: group,
    logStream: stream,
    logEvents: [{ id, timestamp, message }],
  };
  const data = gzipSync(JSON.stringify(payload)).toString('base64');
  // The same event replayed twice is the same delivery.
  const requestId = `redrive-${createHash('sha256').update(id).digest('hex').slice(0, 32)}`;
  return JSON.stringify({ requestContext: { requestId }, requestPayload: { awslogs: { data } } });
}
