import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { unpackAnchor } from '../../../../lambda/adapters/audit/s3-audit-archive.ts';
import { storedVersion } from '../../../../lambda/adapters/dynamodb/stored-version.ts';
import { type AuditEntry, chainEntry } from '../../../../lambda/domain/audit-chain.ts';
import { exportAudit } from '../../../../scripts/budgeteer/audit/audit-export.ts';
import { verifyAudit } from '../../../../scripts/budgeteer/audit/audit-verify.ts';
import { readChain } from '../../../../scripts/budgeteer/audit/history.ts';
import type { Deployment } from '../../../../scripts/budgeteer/deployment/deployment.ts';
import { operatorCredentials } from '../../../../scripts/local/local-clients.ts';
import type { LocalStack } from '../../../../scripts/local/stack.ts';
import { logLine } from '../../local/support/log-line.ts';
import { startOperated } from '../support/operator.ts';

jest.setTimeout(120_000);

const bucket = 'bedrock-budgeteer-local-audit-111122223333';
const anchorOf = (day: string) => `anchors/2026/11/${day}.json.gz`;

let stack: LocalStack;
let deployment: Deployment;
let s3: S3Client;
/** Alice's chain as it was anchored. */
let original: readonly AuditEntry[];

beforeAll(async () => {
  ({ stack, deployment } = await startOperated());
  s3 = new S3Client({
    region: 'us-east-1',
    endpoint: stack.url,
    credentials: operatorCredentials,
    forcePathStyle: true,
  });
  const spend = async (user: string, count: number) => {
    const lines = Array.from({ length: count }, (_, index) => logLine(user, `${user}-${index}`));
    await stack.deliver('cloudwatch', lines);
    await stack.settle();
  };
  await spend('alice', 5);
  await spend('bob', 1);
  await stack.advanceTo(new Date('2026-11-23T06:00:00Z'));
  await spend('carol', 5);
  await stack.advanceTo(new Date('2026-11-24T06:00:00Z'));
  original = await readChain('user/alice', deployment);
});
afterAll(() => stack?.stop());
afterEach(async () => {
  for (const { version } of await readChain('user/alice', deployment)) await remove(version);
  for (const entry of original) await write(entry);
});

const keyOf = (version: number) => ({ pk: 'user/alice', sk: String(version).padStart(12, '0') });
const remove = (version: number) =>
  stack.client.send(new DeleteCommand({ TableName: stack.tables.audit, Key: keyOf(version) }));
const write = (entry: AuditEntry) =>
  stack.client.send(
    new PutCommand({
      TableName: stack.tables.audit,
      Item: { ...keyOf(entry.version), v: storedVersion, entry },
    }),
  );
const findings = async (text?: string) => (await verifyAudit(text, deployment)).json.findings;
const keys = async () =>
  ((await s3.send(new ListObjectsV2Command({ Bucket: bucket }))).Contents ?? []).map(({ Key }) => Key ?? '');
const read = async (Key: string) => {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
};
/** The chain with another story in it, every link made anew. */
const rewritten = (entries: readonly AuditEntry[]) => {
  let before: AuditEntry | undefined;
  return entries.map(({ subject, version, change }) => {
    const told = version === 2 ? { ...change, reason: 'nothing happened' } : change;
    before = chainEntry(subject, version, told, before);
    return before;
  });
};

describe('Each day', () => {
  it('every chain is anchored and what joined it is exported, by a role that may do just that', async () => {
    expect(stack.refusals()).toEqual([]);
    expect(stack.metrics()).toMatchObject({ AuditAnchorRuns: 2, AuditAnchorsBroken: 0 });
    const [first, second] = await Promise.all(
      ['23', '24'].map(async (day) => unpackAnchor(await read(anchorOf(day)))),
    );
    expect(first?.heads['user/alice']).toEqual({
      version: original.length,
      hash: original.at(-1)?.hash,
    });
    expect(Object.keys(first?.heads ?? {})).not.toContain('user/carol');
    expect(Object.keys(second?.heads ?? {})).toEqual(expect.arrayContaining(['user/alice', 'user/carol']));
    const [exported] = second?.exported ?? [];
    const lines = gunzipSync(await read(exported?.key ?? ''))
      .toString()
      .trimEnd()
      .split('\n');
    expect(lines).toHaveLength(exported?.entries ?? 0);
    // What the day before has is not exported again.
    expect(lines.map((line) => JSON.parse(line).subject)).toContain('user/carol');
    expect(lines.map((line) => JSON.parse(line).subject)).not.toContain('user/alice');
  });

  it('is anchored once: another run adds neither an object nor a version', async () => {
    const before = await keys();
    const rule = stack.assembly.rules.find(({ targets }) =>
      targets.some(({ arn }) => arn.endsWith('-anchors')),
    );
    expect(rule?.schedule).toBe('cron(43 3 * * ? *)');
    await new LambdaClient({
      region: 'us-east-1',
      endpoint: stack.url,
      credentials: operatorCredentials,
    }).send(new InvokeCommand({ FunctionName: 'bedrock-budgeteer-local-anchors' }));
    const { Versions } = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket }));
    expect(await keys()).toEqual(before);
    expect(Versions).toHaveLength(before.length);
  });
});

describe('audit verify', () => {
  it('finds nothing wrong where nobody meddled, and says how far the anchors reach', async () => {
    const { json, text, exitCode } = await verifyAudit(undefined, deployment);
    expect({ findings: json.findings, exitCode }).toEqual({ findings: [], exitCode: 0 });
    expect(json.anchors).toEqual({ count: 2, newest: '2026-11-24' });
    expect(text).toContain('every link holds, so does all that was anchored until 2026-11-24.');
  });

  it('finds an entry that was edited', async () => {
    const [entry] = original;
    if (entry) await write({ ...entry, change: { ...entry.change, actor: 'nobody' } });
    expect(await findings()).toEqual(['user/alice: entry 1 was changed.']);
  });

  it('finds entries that changed places', async () => {
    const [first, second] = original;
    if (first && second) {
      await write({ ...second, version: 1 });
      await write({ ...first, version: 2 });
    }
    const found = await findings('user/alice');
    expect(found).toEqual(
      expect.arrayContaining(['user/alice: entry 1 was changed.', 'user/alice: entry 2 was changed.']),
    );
  });

  it('finds an end that was cut off, although what is left links', async () => {
    const last = original.length;
    await remove(last);
    expect(await findings()).toEqual([
      `user/alice: entry ${last} was anchored on 2026-11-23, but the chain ends at entry ${last - 1}: its end was cut off.`,
      `user/alice: the chain ends at entry ${last - 1}, but the state is at version ${last}.`,
    ]);
  });

  it('finds a chain that is gone', async () => {
    for (const { version } of original) await remove(version);
    expect(await findings()).toContain(
      `user/alice: entry ${original.length} was anchored on 2026-11-23, but the whole chain is gone.`,
    );
    expect(await findings('user/alice')).toHaveLength(2);
  });

  it('finds a whole chain that was rewritten with valid hashes, by the anchor alone', async () => {
    for (const entry of rewritten(original)) await write(entry);
    const { json, exitCode } = await verifyAudit(undefined, deployment);
    expect(exitCode).toBe(1);
    expect(json.findings).toEqual([
      `user/alice: entry ${original.length} is not the one that was anchored on 2026-11-23: the chain was rewritten.`,
    ]);
  });

  it('rings once where the daily run finds such a chain, and still finds it afterwards', async () => {
    for (const entry of rewritten(original)) await write(entry);
    await stack.advanceTo(new Date('2026-11-26T06:00:00Z'));
    expect(stack.metrics()).toMatchObject({ AuditAnchorRuns: 5, AuditAnchorsBroken: 1 });
    const [finding, ...others] = await findings('user/alice');
    expect(finding).toMatch(/is not the one that was anchored on 2026-11-23: the chain was rewritten\.$/);
    expect(others).toEqual([]);
  });
});

describe('The archive', () => {
  it('gives no locked version away, and shows who wrote over one', async () => {
    const Key = anchorOf('23');
    const anchor = unpackAnchor(await read(Key));
    const forged = gzipSync(JSON.stringify({ ...anchor, heads: {} }));
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: forged }));
    const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: Key }));
    const first = Versions.at(-1)?.VersionId;
    await expect(s3.send(new DeleteObjectCommand({ Bucket: bucket, Key, VersionId: first }))).rejects.toThrow(
      'object lock',
    );
    const where = `s3://${bucket}/${Key}`;
    expect(await findings('user/bob')).toContain(
      `${where} was written over or deleted: it has 2 versions, and the first one counts.`,
    );
  });

  it('shows an anchor that was taken out with the right to bypass the lock', async () => {
    const Key = anchorOf('24');
    const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: Key }));
    const VersionId = Versions[0]?.VersionId;
    await s3.send(
      new DeleteObjectCommand({ Bucket: bucket, Key, VersionId, BypassGovernanceRetention: true }),
    );
    expect((await findings('user/bob')).join()).toContain(
      'The anchor of 2026-11-25 does not follow from the one of 2026-11-23',
    );
  });
});

describe('audit export', () => {
  it('gives the anchors of these days with their entries, and refuses to write over a file', async () => {
    const out = join(mkdtempSync(join(tmpdir(), 'audit-')), 'audit.jsonl');
    const { json } = await exportAudit({ from: '2026-11-23', to: '2026-11-23', out }, deployment);
    const lines = readFileSync(out, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(json).toMatchObject({ anchors: 1, entries: lines.length - 1 });
    expect(lines[0].anchor.at).toBe('2026-11-23T03:43:00.000Z');
    const alice = lines.flatMap(({ entry }) => (entry?.subject === 'user/alice' ? [entry] : []));
    expect(alice).toEqual(original);
    await expect(exportAudit({ out }, deployment)).rejects.toThrow('exists already');
    await expect(exportAudit({ from: 'monday', out }, deployment)).rejects.toThrow('is no day');
  });
});
