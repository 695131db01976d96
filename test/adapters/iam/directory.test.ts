import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { IAMClient } from '@aws-sdk/client-iam';
import { AwsIamDirectory } from '../../../lambda/adapters/iam/directory.ts';
import { handleIamRequest } from '../../../scripts/local/aws/iam-api.ts';
import { IamError, IamStore } from '../../../scripts/local/aws/iam-store.ts';

let server: Server;
let store: IamStore;
let fault: IamError | undefined;
let calls: string[];
let reports: string[];
let now: Date;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const params = new URLSearchParams(body);
    calls.push(`${params.get('Action')} ${params.get('UserName') ?? params.get('RoleName')}`);
    const answer = handleIamRequest(store, params);
    response.writeHead(answer.status, { 'content-type': 'text/xml' }).end(answer.body);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  [calls, reports, fault] = [[], [], undefined];
  now = new Date('2026-11-22T12:00:00Z');
  store = new IamStore({ account: '111122223333', now: () => now, fault: () => fault });
});

const directory = () =>
  new AwsIamDirectory(
    () => now,
    (problem) => reports.push(problem),
    new IAMClient({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
    }),
  );
const alice = { type: 'user', name: 'alice' } as const;
const app = { type: 'role', name: 'App' } as const;

describe('the directory', () => {
  it('tells path, unique id and tags of users and roles by one call each', async () => {
    store.create('user', { name: 'alice', path: '/eng/', tags: { Team: 'ml', Owner: 'Zoë & co' } });
    store.create('role', { name: 'App' });

    const found = await directory().find([alice, app]);

    expect(found.get('user/alice')).toEqual({
      arn: 'arn:aws:iam::111122223333:user/eng/alice',
      path: '/eng/',
      uniqueId: expect.stringMatching(/^AIDA/),
      tags: { Team: 'ml', Owner: 'Zoë & co' },
    });
    expect(found.get('role/App')).toEqual({
      arn: 'arn:aws:iam::111122223333:role/App',
      path: '/',
      uniqueId: expect.stringMatching(/^AROA/),
      tags: {},
    });
    expect(calls.sort()).toEqual(['GetRole App', 'GetUser alice']);
  });

  it('asks for a role once in ten minutes, however many of its sessions are new', async () => {
    store.create('role', { name: 'App', tags: { Team: 'web' } });
    const iam = directory();
    for (let session = 0; session < 5; session++) await iam.find([app]);
    expect(calls).toHaveLength(1);

    now = new Date(now.getTime() + 10 * 60_000);
    await iam.find([app]);

    expect(calls).toHaveLength(2);
  });

  it.each([
    ['is not there', undefined],
    ['may not be read', new IamError('AccessDenied', 403, 'No.')],
    ['is throttled away', new IamError('Throttling', 400, 'Rate exceeded')],
  ])('leaves out who %s, without failing, and asks again after minutes', async (_, problem) => {
    fault = problem;
    const iam = directory();

    expect((await iam.find([alice])).size).toBe(0);
    expect((await iam.find([alice])).size).toBe(0);
    expect(calls).toHaveLength(1);
    expect(reports).toHaveLength(1);

    fault = undefined;
    store.create('user', { name: 'alice' });
    now = new Date(now.getTime() + 5 * 60_000);

    expect((await iam.find([alice])).size).toBe(1);
  });
});
