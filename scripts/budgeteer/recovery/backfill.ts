import { BedrockClient } from '@aws-sdk/client-bedrock';
import { S3Client } from '@aws-sdk/client-s3';
import { BedrockLogging } from '../../../lambda/adapters/bedrock/logging.ts';
import { windowBounds, windowIdAt } from '../../../lambda/domain/windows.ts';
import { InputError } from '../../command-line/input-error.ts';
import type { Answer } from '../deployment/answer-command.ts';
import { whoCalls } from '../deployment/caller.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { OperatorQueue } from '../deployment/operator-queue.ts';
import { type LogObject, listLogObjects } from './list-log-objects.ts';
import { objectCreated } from './object-created.ts';

export interface BackfillOptions {
  readonly bucket: string;
  /** What stands before `AWSLogs/` in the keys. */
  readonly prefix?: string | undefined;
  /** UTC days, both included. @default the current month so far */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly perSecond: number;
  readonly dryRun: boolean;
  /** Do not ask whether ingest may read this bucket. */
  readonly anyBucket: boolean;
}

export interface Backfilled {
  readonly bucket: string;
  readonly from: string;
  readonly to: string;
  readonly objects: number;
  readonly bytes: number;
  readonly sent: number;
}

/** Sent together, then the pace is kept. */
const portion = 10;

/**
 * `backfill`: tells ingest of log objects that are there already, as if they had just been delivered, so that budgets do
 * not start at zero. What was metered before is a duplicate; what belongs to a window that is over is posted and neither
 * alerts nor suspends; what jumps over several thresholds at once is one message. @throws InputError
 */
export async function backfill(
  options: BackfillOptions,
  deployment: Deployment,
): Promise<Answer<Backfilled>> {
  const { bucket, perSecond, dryRun } = options;
  if (!(perSecond > 0 && perSecond <= 1000)) throw new InputError('--per-second must be between 1 and 1000.');
  const { from, to } = daysOf(options, deployment);
  if (!options.anyBucket) await refuseForeignBucket(bucket, deployment);
  const { account } = await whoCalls(deployment);
  const client = new S3Client({ ...deployment.aws, maxAttempts: 6 });
  const queue = dryRun ? undefined : await OperatorQueue.open(deployment.queues.ingest.name, deployment.aws);
  let objects = 0;
  let bytes = 0;
  let sent = 0;
  let waiting: LogObject[] = [];
  const flush = async () => {
    if (queue === undefined || waiting.length === 0) return;
    sent += (await queue.send(waiting.map((object) => objectCreated({ bucket, ...object }, 'backfill'))))
      .length;
    const pauseMs = (waiting.length / perSecond) * 1000;
    waiting = [];
    await deployment.sleep(pauseMs);
  };
  const place = { bucket, prefix: options.prefix ?? '', account, region: deployment.aws.region, from, to };
  for await (const object of listLogObjects(client, place)) {
    objects++;
    bytes += object.size;
    waiting.push(object);
    if (waiting.length >= portion) await flush();
  }
  await flush();
  const json = { bucket, from, to, objects, bytes, sent };
  return { text: backfillText(json, options), json, exitCode: 0 };
}

function daysOf(
  { from, to }: BackfillOptions,
  { settings, clock }: Deployment,
): { from: string; to: string } {
  const now = clock();
  const { timeZone } = settings;
  const month = windowBounds(windowIdAt('month', now, timeZone), timeZone).startsAt;
  const first = dayOf(from, '--from') ?? month.toISOString().slice(0, 10);
  const last = dayOf(to, '--to') ?? now.toISOString().slice(0, 10);
  if (first > last) throw new InputError(`--from ${first} is later than --to ${last}: exchange them.`);
  return { from: first, to: last };
}

function dayOf(text: string | undefined, option: string): string | undefined {
  if (text === undefined) return undefined;
  const shaped = /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));
  if (!shaped) throw new InputError(`${option} is "${text}", but must be a day such as 2026-11-01.`);
  return text;
}

/** Ingest may read one bucket: of any other it would fail for hours, and end as dead letters. */
async function refuseForeignBucket(bucket: string, deployment: Deployment): Promise<void> {
  const known = await readBucket(deployment);
  if (known === bucket) return;
  throw new InputError(
    known === undefined
      ? `Bedrock writes to no bucket that can be seen, so it cannot be told whether ingest reads ${bucket}: say --any-bucket if it does.`
      : `Ingest reads ${known}, not ${bucket}: name it in logging.bucket of the stage and deploy first, or say --any-bucket if ingest may read it.`,
  );
}

/** The bucket that the stage names, else the one of its own that it has Bedrock write to. */
async function readBucket({ aws, declaredLogging }: Deployment): Promise<string | undefined> {
  if (declaredLogging.bucket !== undefined) return declaredLogging.bucket;
  const current = await new BedrockLogging(new BedrockClient({ ...aws, maxAttempts: 2 }))
    .read()
    .catch(() => undefined);
  return current?.s3Config?.bucketName;
}

function backfillText(
  { bucket, from, to, objects, bytes, sent }: Backfilled,
  { dryRun, anyBucket }: BackfillOptions,
): string {
  const warning = anyBucket
    ? `Nobody asked whether ingest may read ${bucket}: what it may not read ends as dead letters.\n`
    : '';
  const size = bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} kB` : `${Math.round(bytes / 1_000_000)} MB`;
  const found = `${objects} log objects (${size}) from ${from} to ${to} in ${bucket}.`;
  if (dryRun) return `${warning}${found} Nothing was sent.\n`;
  if (objects === 0) return `${found} Is --prefix right? It is what stands before AWSLogs/ in the keys.\n`;
  return `${warning}${found} ${sent} were sent to ingest; \`doctor\` shows when its queue is empty again.\n`;
}
