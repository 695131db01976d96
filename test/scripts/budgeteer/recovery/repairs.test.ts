import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import {
  CloudWatchLogsClient,
  type FilteredLogEvent,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import { CopyObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Deployment } from '../../../../scripts/budgeteer/deployment/deployment.ts';
import { OperatorQueue } from '../../../../scripts/budgeteer/deployment/operator-queue.ts';
import { backfill } from '../../../../scripts/budgeteer/recovery/backfill.ts';
import { verifyLedger } from '../../../../scripts/budgeteer/recovery/ledger-verify.ts';
import { objectCreated } from '../../../../scripts/budgeteer/recovery/object-created.ts';
import { redrive } from '../../../../scripts/budgeteer/recovery/redrive.ts';
import type { LocalStack } from '../../../../scripts/local/stack.ts';
import { logLine } from '../../local/support/log-line.ts';
import { deploymentOf, startOperated } from '../support/operator.ts';

jest.setTimeout(60_000);

let stack: LocalStack;
let deployment: Deployment;
let s3: S3Client;
let bucket: string;
const pauses: number[] = [];

beforeAll(async () => {
  ({ stack } = await startOperated());
  deployment = deploymentOf(stack, async (milliseconds) => {
    pauses.push(milliseconds);
  });
  s3 = new S3Client({ ...deployment.aws, forcePathStyle: true });
  bucket = stack.assembly.buckets.find(({ eventBridge }) => eventBridge)?.name ?? '';
}, 120_000);
afterAll(() => stack?.stop());

const folder = 'AWSLogs/111122223333/BedrockModelInvocationLogs/us-east-1/';
/** Puts an object that nobody hears of: a copy tells no one, as what was there before the deployment did not. */
async function putUnheard(key: string, lines: readonly string[]): Promise<number> {
  const Body = gzipSync(lines.join('\n'));
  const seed = `seed/${createHash('sha256').update(key).digest('hex')}`;
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: seed, Body }));
  await s3.send(new CopyObjectCommand({ Bucket: bucket, Key: key, CopySource: `${bucket}/${seed}` }));
  return Body.length;
}
const balance = async (user: string, window = 'month:2026-11') => {
  const Key = { pk: `user/${user}`, sk: `BAL#${window}#0` };
  const { Item } = await stack.client.send(new GetCommand({ TableName: stack.tables.budgets, Key }));
  return Item?.['requests'] ?? 0;
};
const pointer = async (source: string, text: string) => {
  const sk = createHash('sha256').update(text).digest('hex');
  const at = stack.now().toISOString();
  const item = {
    pk: `quarantine#${at.slice(0, 10)}`,
    sk,
    source,
    at,
    reason: 'An older version could not read it.',
  };
  await stack.client.send(new PutCommand({ TableName: stack.tables.ledger, Item: item }));
  return { pk: item.pk, sk };
};
const exists = async (Key: { pk: string; sk: string }) =>
  (await stack.client.send(new GetCommand({ TableName: stack.tables.ledger, Key }))).Item !== undefined;
const once = { days: 3, dryRun: false };

describe('redrive', () => {
  it('gives dead letters back to ingest, and a second time counts nothing twice', async () => {
    const key = `${folder}2026/11/22/11/dead.json.gz`;
    const size = await putUnheard(key, [logLine('dora', 'dora-1'), logLine('dora', 'dora-2')]);
    const dead = await OperatorQueue.open(deployment.queues.ingest.deadLetters, deployment.aws);
    const letter = objectCreated({ bucket, key, size }, 'redrive');
    for (let time = 0; time < 2; time++) {
      await dead.send([letter]);
      const { json, exitCode } = await redrive(once, deployment);
      expect({ ...json.deadLetters, exitCode }).toEqual({ moved: 1, failedAgain: 0, exitCode: 0 });
      await stack.settle();
    }
    expect(await balance('dora')).toBe(2);
    expect(new Set(Object.values(await stack.queueDepths()))).toEqual(new Set([0]));
  });

  it('takes a delivery that was never kept for a result, with what to do, and not for a failure', async () => {
    const source = 'logs://delivery/9d3f6a0c';
    const lost = await pointer(source, 'packed');
    const { json, exitCode, text } = await redrive(once, deployment);
    expect(json.quarantine.unkept).toEqual([expect.stringContaining(source)]);
    expect(json.quarantine.unfetched.filter((said) => said.includes(source))).toEqual([]);
    expect(text).toMatch(/1 deliveries .* kept nowhere, so there is nothing to redrive: .*came by S3 too/);
    expect([await exists(lost), exitCode]).toEqual([true, 0]);
    await stack.client.send(new DeleteCommand({ TableName: stack.tables.ledger, Key: lost }));
  });

  it('replays an object whose quarantined line can be read by now, and leaves the others', async () => {
    const key = `${folder}2026/11/22/11/mended.json.gz`;
    const lines = [logLine('eve', 'eve-1'), 'no record', logLine('eve', 'eve-2')];
    await putUnheard(key, lines);
    const mended = await pointer(`s3://${bucket}/${key}#3`, lines[2] ?? '');
    const bad = await pointer(`s3://${bucket}/${key}#2`, 'no record');
    const gone = await pointer(`s3://${bucket}/${folder}gone.json.gz#1`, 'gone');

    const dry = await redrive({ ...once, dryRun: true }, deployment);
    expect(dry.json.quarantine).toMatchObject({ pointers: 3, replayed: 1, unreadable: 1 });
    expect([await exists(mended), await balance('eve')]).toEqual([true, 0]);

    const { json, exitCode, text } = await redrive(once, deployment);
    await stack.settle();
    expect(json.quarantine).toMatchObject({ pointers: 3, replayed: 1, unreadable: 1 });
    expect(json.quarantine.unfetched).toEqual([expect.stringContaining('gone.json.gz cannot be fetched')]);
    expect(exitCode).toBe(1);
    expect(text).toContain('1 can be read now and were sent to ingest, 1 still cannot be read');
    expect([await exists(mended), await exists(bad), await exists(gone)]).toEqual([false, true, true]);
    expect(await balance('eve')).toBe(2);
  });

  it('replays a log event by itself, in the form of a delivery that failed', async () => {
    const line = logLine('finn', 'finn-1');
    const source = 'logs:///aws/bedrock/group/aws/bedrock/modelinvocations#3705';
    const waiting = await pointer(source, line);
    const asked: unknown[] = [];
    const logEvent = async (place: unknown) => {
      asked.push(place);
      return { id: '3705', timestamp: stack.now().getTime(), message: line };
    };
    const { json } = await redrive({ ...once, logEvent }, deployment);
    await stack.settle();
    expect(asked).toEqual([
      { kind: 'logs', group: '/aws/bedrock/group', stream: 'aws/bedrock/modelinvocations', eventId: '3705' },
    ]);
    expect(json.quarantine.replayed).toBe(1);
    expect(await exists(waiting)).toBe(false);
    expect(await balance('finn')).toBe(1);
  });

  it('finds a log event in its group, and counts nothing twice that was read at last', async () => {
    const line = logLine('fay', 'fay-1');
    await stack.deliver('cloudwatch', [logLine('fay', 'fay-0'), line]);
    await stack.settle();
    const [group] = stack.assembly.subscriptionFilters;
    const logs = new CloudWatchLogsClient(deployment.aws);
    const pages = paginateFilterLogEvents({ client: logs }, { logGroupName: group?.logGroupName });
    const events: FilteredLogEvent[] = [];
    for await (const page of pages) events.push(...(page.events ?? []));
    const event = events.find(({ message }) => message === line);
    const source = `logs://${group?.logGroupName}/${event?.logStreamName}#${event?.eventId}`;
    const waiting = await pointer(source, line);

    const { json } = await redrive(once, deployment);
    await stack.settle();
    expect(json.quarantine.replayed).toBe(1);
    expect([await exists(waiting), await balance('fay')]).toEqual([false, 2]);
  });
});

describe('backfill', () => {
  const at = (day: string, user: string, count: number) =>
    Array.from({ length: count }, (_, index) =>
      logLine(user, `${user}-${day}-${index}`).replace('2026-11-22T11:59', `${day}T10:00`),
    );

  it('meters what lay in the bucket this month, paced, once, and with one message for a jump', async () => {
    await putUnheard(`${folder}2026/11/03/10/a.json.gz`, at('2026-11-03', 'gus', 3));
    await putUnheard(`${folder}2026/11/20/10/b.json.gz`, at('2026-11-20', 'gus', 3));
    await putUnheard(`${folder}2026/11/20/10/data/body.json.gz`, ['{"prompt":"secret"}']);
    await putUnheard(`${folder}2026/10/30/10/old.json.gz`, at('2026-10-30', 'gus', 9));
    const options = {
      bucket,
      from: '2026-11-01',
      to: '2026-11-21',
      perSecond: 2,
      dryRun: false,
      anyBucket: false,
    };

    const dry = await backfill({ ...options, dryRun: true }, deployment);
    expect(dry.json).toMatchObject({ objects: 2, sent: 0 });
    expect(await balance('gus')).toBe(0);

    pauses.length = 0;
    for (let time = 0; time < 2; time++) {
      const { json } = await backfill(options, deployment);
      expect(json).toMatchObject({ from: '2026-11-01', to: '2026-11-21', objects: 2, sent: 2 });
      await stack.settle();
    }
    expect(pauses).toEqual([1000, 1000]);
    expect(await balance('gus')).toBe(6);
    const told = (await stack.messages()).filter(({ subject }) => subject.includes('user/gus reached'));
    expect(told.length).toBeGreaterThanOrEqual(1);
    expect(told.length).toBeLessThanOrEqual(2);
  });

  it('of a month that is over is posted, and neither alerts nor suspends', async () => {
    const before = (await stack.messages()).length;
    const options = {
      bucket,
      from: '2026-10-01',
      to: '2026-10-31',
      perSecond: 10,
      dryRun: false,
      anyBucket: false,
    };
    await putUnheard(`${folder}2026/10/30/10/late.json.gz`, at('2026-10-30', 'hal', 9));
    await backfill(options, deployment);
    await stack.settle();
    expect(await balance('hal', 'month:2026-10')).toBe(9);
    expect((await stack.messages()).slice(before)).toEqual([]);
    expect((await stack.executions()).filter(({ subject }) => subject === 'user/hal')).toEqual([]);
  });

  it('starts at the first of the month, and refuses what cannot be meant', async () => {
    const ask = (options: object) =>
      backfill({ bucket, perSecond: 10, dryRun: true, anyBucket: false, ...options }, deployment);
    expect((await ask({})).json).toMatchObject({ from: '2026-11-01', to: '2026-11-22' });
    await expect(ask({ from: 'yesterday' })).rejects.toThrow('--from is "yesterday", but must be a day');
    await expect(ask({ from: '2026-11-20', to: '2026-11-01' })).rejects.toThrow('exchange them');
    await expect(ask({ perSecond: 0 })).rejects.toThrow('--per-second must be between 1 and 1000');
    await expect(ask({ bucket: 'someone-elses' })).rejects.toThrow(
      /^Ingest reads .+, not someone-elses: name it/,
    );
    const elsewhere = { ...deployment, aws: { ...deployment.aws, endpoint: 'http://127.0.0.1:1' } };
    await expect(
      backfill({ bucket, perSecond: 10, dryRun: true, anyBucket: false }, elsewhere),
    ).rejects.toThrow(
      /^Bedrock writes to no bucket that can be seen, so it cannot be told whether ingest reads /,
    );
    const forced = await backfill({ bucket, perSecond: 10, dryRun: true, anyBucket: true }, deployment);
    expect(forced.text).toMatch(/^Nobody asked whether ingest may read /);
  });
});

it('leaves a ledger that still adds up', async () => {
  expect((await verifyLedger(deployment)).json.findings).toEqual([]);
  expect(stack.refusals()).toEqual([]);
});
