import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { HttpWebhookPoster } from '../../../lambda/adapters/messages/webhook-poster.ts';
import { WebhookSecrets } from '../../../lambda/adapters/messages/webhook-secrets.ts';
import { webhookSchema } from '../../../lambda/contracts/alert-channels.ts';

const webhook = webhookSchema.parse({
  name: 'ops',
  secretArn: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:ops-AbCdEf',
  format: 'json',
});
let now = new Date('2026-11-22T12:00:00Z');
let server: Server;
let url: string;
/** What Secrets Manager has, and how often it was asked. */
let secret: string | undefined;
let reads = 0;
let status = 200;
const paths: string[] = [];

beforeAll(async () => {
  server = createServer(async (request, response) => {
    for await (const _ of request);
    if (request.headers['x-amz-target'] !== undefined) {
      reads += 1;
      const answer =
        secret === undefined
          ? { __type: 'ResourceNotFoundException', message: 'gone' }
          : { SecretString: secret };
      response.writeHead(secret === undefined ? 400 : 200).end(JSON.stringify(answer));
      return;
    }
    paths.push(request.url ?? '');
    response.writeHead(status, { location: `${url}/elsewhere` }).end();
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  [secret, reads, status] = [`${url}/hush\n`, 0, 200];
  paths.length = 0;
});

function poster() {
  const client = new SecretsManagerClient({
    endpoint: url,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  return new HttpWebhookPoster(new WebhookSecrets(() => now, client), () => now);
}

test('an address is read once in five minutes, and again after a refusal that looks like a wrong one', async () => {
  const own = poster();
  await own.post(webhook, '{}');
  await own.post(webhook, '{}');
  expect([paths, reads]).toEqual([['/hush', '/hush'], 1]);

  status = 404;
  await expect(own.post(webhook, '{}')).rejects.toThrow('The webhook ops answered 404.');
  [status, secret] = [200, `${url}/rotated`];
  await own.post(webhook, '{}');
  expect([paths.at(-1), reads]).toEqual(['/rotated', 2]);

  now = new Date(now.getTime() + 301_000);
  await own.post(webhook, '{}');
  expect(reads).toBe(3);
});

test('a redirect is a failure: nothing goes where nobody configured it', async () => {
  status = 307;
  await expect(poster().post(webhook, '{}')).rejects.toThrow('answered 307');
  expect(paths).toEqual(['/hush']);
});

test.each([
  ['no secret', () => undefined, 'cannot be read (ResourceNotFoundException)'],
  ['no URL', () => 'hush hush', 'holds no https address'],
  ['plain http to elsewhere', () => 'http://hush.example.com/x', 'holds no https address'],
  ['JSON without a URL', () => '{"signingKey":"hush"}', 'holds no https address'],
  ['a port where nobody listens', () => 'http://127.0.0.1:1/hush', 'out of reach'],
])('%s is told without quoting the secret', async (_, value, sentence) => {
  secret = value();
  const error = await poster()
    .post(webhook, '{}')
    .catch((problem: unknown) => problem as Error);

  expect(error).toMatchObject({ name: 'WebhookFailedError', message: expect.stringContaining(sentence) });
  expect(`${(error as Error).stack} ${String((error as Error).cause)}`).not.toContain('hush');
});
