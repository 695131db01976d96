import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BedrockClient } from '@aws-sdk/client-bedrock';
import { BedrockProfiles } from '../../../lambda/adapters/bedrock/profiles.ts';

const arn = (id: string) => `arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/${id}`;
const model = 'arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0';

/** Bedrock, as far as profiles go. Pages of one. */
let listed: string[];
let known: string[];
/** What every call is answered with instead, or how long it takes. */
let trouble: { readonly status: number; readonly type: string } | 'silence' | undefined;
let calls: string[];
let server: Server;
let now: Date;
let reports: string[];

beforeAll(async () => {
  server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://local');
    const id = decodeURIComponent(url.pathname.split('/')[2] ?? '');
    calls.push(
      id || `list ${url.searchParams.get('type')} ${url.searchParams.get('nextToken') ?? ''}`.trim(),
    );
    if (trouble === 'silence') return;
    const answer = (status: number, body: object, headers = {}) =>
      response
        .writeHead(status, { 'content-type': 'application/json', ...headers })
        .end(JSON.stringify(body));
    if (trouble) return void answer(trouble.status, { message: 'No.' }, { 'x-amzn-errortype': trouble.type });
    const describe = (inferenceProfileArn: string) => ({
      inferenceProfileArn,
      models: [{ modelArn: model }],
    });
    if (id === '') {
      const at = Number(url.searchParams.get('nextToken') ?? 0);
      const more = at + 1 < listed.length ? { nextToken: `${at + 1}` } : {};
      return void answer(200, { inferenceProfileSummaries: listed.slice(at, at + 1).map(describe), ...more });
    }
    if (known.includes(id)) return void answer(200, describe(id));
    answer(404, { message: 'Not found.' }, { 'x-amzn-errortype': 'ResourceNotFoundException' });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  [listed, known, calls, reports, trouble] = [[], [], [], [], undefined];
  now = new Date('2026-11-22T12:00:00Z');
});

function directory(maxAttempts = 1): BedrockProfiles {
  const client = new BedrockClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts,
  });
  return new BedrockProfiles(
    () => now,
    (problem, error) => reports.push(`${problem} ${(error as Error).name}`),
    client,
  );
}
const pass = (minutes: number) => {
  now = new Date(now.getTime() + minutes * 60_000);
};

describe('application inference profiles', () => {
  it('are listed once, page by page, and kept for good', async () => {
    listed = [arn('a'), arn('b'), arn('c')];
    const profiles = directory();

    expect(await profiles.modelsOf([arn('a'), arn('c')])).toEqual(
      new Map([
        [arn('a'), [model]],
        [arn('c'), [model]],
      ]),
    );
    pass(60 * 24 * 365);
    expect((await profiles.modelsOf([arn('b')])).size).toBe(1);
    expect(calls).toEqual(['list APPLICATION', 'list APPLICATION 1', 'list APPLICATION 2']);
  });

  it('made after the list are asked for by themselves, once', async () => {
    const profiles = directory();
    await profiles.modelsOf([arn('a')]);
    known = [arn('new')];

    await profiles.modelsOf([arn('new')]);
    await profiles.modelsOf([arn('new')]);

    expect(calls).toEqual(['list APPLICATION', arn('a'), arn('new')]);
  });

  it('that Bedrock does not know are asked for again after minutes, not with every record', async () => {
    const profiles = directory();
    for (let minute = 0; minute < 5; minute++) {
      expect((await profiles.modelsOf([arn('gone')])).size).toBe(0);
      pass(1);
    }
    expect(calls).toEqual(['list APPLICATION', arn('gone')]);
    expect(reports).toEqual([
      `Bedrock does not tell what stands behind ${arn('gone')}. ResourceNotFoundException`,
    ]);
    known = [arn('gone')];

    expect((await profiles.modelsOf([arn('gone')])).size).toBe(1);
  });

  it.each([
    { status: 403, type: 'AccessDeniedException' },
    { status: 429, type: 'ThrottlingException' },
    { status: 500, type: 'InternalServerException' },
  ])('behind $type are unknown for now, which is no failure', async (answer) => {
    trouble = answer;
    listed = [arn('a')];
    const profiles = directory();

    expect((await profiles.modelsOf([arn('a')])).size).toBe(0);
    expect(await profiles.modelsOf([arn('a')])).toEqual(new Map());
    expect(calls).toEqual(['list APPLICATION', arn('a')]);

    trouble = undefined;
    pass(5);

    expect((await profiles.modelsOf([arn('a')])).size).toBe(1);
    expect(calls.slice(2)).toEqual(['list APPLICATION']);
  });

  it('of a Bedrock that does not answer hold metering up for seconds, and not again for a minute', async () => {
    trouble = 'silence';
    const profiles = directory(5);
    const started = performance.now();

    expect((await profiles.modelsOf([arn('a'), arn('b')])).size).toBe(0);
    expect(performance.now() - started).toBeLessThan(5_000);

    const again = performance.now();
    await profiles.modelsOf([arn('c')]);
    expect(performance.now() - again).toBeLessThan(500);

    trouble = undefined;
    known = [arn('c')];
    pass(1);
    expect((await profiles.modelsOf([arn('c')])).size).toBe(1);
  }, 10_000);
});
