import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type SettingsInput, settingsSchema } from '../../../lambda/contracts/settings.ts';
import { acknowledgeAlert, listAlerts } from '../../../scripts/budgeteer/alerts/alerts.ts';
import { openDeployment } from '../../../scripts/budgeteer/deployment/deployment.ts';
import { operatorCredentials } from '../../../scripts/local/local-clients.ts';
import { LocalStack } from '../../../scripts/local/stack.ts';
import { logLine } from './support/log-line.ts';

jest.setTimeout(60_000);

interface Post {
  readonly path: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

const signingKey = 'between us';
const secret = (name: string) => `arn:aws:secretsmanager:us-east-1:111122223333:secret:${name}-AbCdEf`;
const settings = {
  mode: 'enforce',
  defaultBudget: {
    monthUsd: '0.10',
    thresholds: [
      { at: '50%', do: ['notify'] },
      { at: '80%', do: ['notify', 'restrict'] },
    ],
  },
  webhooks: [
    { name: 'slack', secretArn: secret('slack'), format: 'slack' },
    { name: 'broken', secretArn: secret('broken'), format: 'json' },
    { name: 'signed', secretArn: secret('signed'), format: 'json', minSeverity: 'warning' },
    { name: 'missing', secretArn: secret('missing'), format: 'json', scopes: ['account'] },
  ],
  userChannels: { emailPattern: '{name}@example.com' },
  helpContact: '#ai-platform',
} satisfies SettingsInput;

let receiver: Server;
let stack: LocalStack;
const posts: Post[] = [];
/** So many posts to a path are refused. */
const refusing: Record<string, number> = { '/slack': 2, '/broken': Number.POSITIVE_INFINITY };

beforeAll(async () => {
  receiver = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const path = request.url ?? '';
    const left = refusing[path] ?? 0;
    refusing[path] = left - 1;
    if (left <= 0) posts.push({ path, body, headers: request.headers });
    response.writeHead(left > 0 ? 503 : 200).end('ok');
  });
  await new Promise<void>((ready) => receiver.listen(0, '127.0.0.1', ready));
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  const principals = { 'user/alice': { tags: { Team: 'ml', BudgetContact: 'ml-chat' } } };
  const now = new Date('2026-11-22T12:00:00Z');
  stack = await LocalStack.start({ settings, now, principals, chaos: { seed: 7 } });
  stack.putSecret(secret('slack'), `${url}/slack`);
  stack.putSecret(secret('broken'), `${url}/broken`);
  stack.putSecret(secret('signed'), JSON.stringify({ url: `${url}/signed`, signingKey }));
  // 0.024 USD a call: three calls reach 50 %, four 80 %.
  await stack.deliver(
    'cloudwatch',
    Array.from({ length: 3 }, (_, call) => logLine('alice', `alice-${call}`)),
  );
  await stack.settle();
  await stack.deliver('cloudwatch', [logLine('alice', 'alice-3')]);
  await stack.settle();
}, 120_000);
afterAll(async () => {
  await stack?.stop();
  receiver?.closeAllConnections();
  receiver?.close();
});

const to = (path: string) => posts.filter((post) => post.path === path);
const onTopic = async (name: string) => (await stack.messages()).filter(({ topic }) => topic === name);

test('each webhook has each alert once that it wants, also one that refused at first', () => {
  expect(to('/slack').map(({ body }) => JSON.parse(body).text)).toEqual([
    ':information_source: Bedrock budget: user/alice reached 50% of November 2026 [local]',
    ':warning: Bedrock budget: user/alice reached 80% of November 2026 [local]',
  ]);
  expect(to('/signed').map(({ body }) => JSON.parse(body))).toMatchObject([
    { type: 'alert', subject: 'user/alice', threshold: '80%', latestModels: [{ spentUsd: '0.096000000' }] },
  ]);
});

test('a receiver can tell a signed post from a forged one', () => {
  const [{ headers, body }] = to('/signed') as [Post];
  const signature = createHmac('sha256', signingKey)
    .update(`${headers['x-budgeteer-timestamp']}.${body}`)
    .digest('hex');

  expect(headers['x-budgeteer-signature']).toBe(`sha256=${signature}`);
});

test('a webhook that never takes a message loses none, and repeats nothing elsewhere', async () => {
  expect(to('/broken')).toEqual([]);
  expect((await stack.queueDepths())['webhooks-dead-letters']).toBe(2);
  expect(await onTopic('budget-alerts')).toHaveLength(2);
});

test('the admins read what happened and what to run, the person what it means', async () => {
  const [, second] = await onTopic('budget-alerts');
  expect(second?.attributes).toMatchObject({ team: 'team/ml', principal: 'user/alice', threshold: '80%' });
  expect(second?.body).toContain('Lately:  amazon.nova-pro-v1:0 $0.10');
  expect(second?.body).toContain('budgeteer override extend user/alice');

  const people = await onTopic('user-warnings');
  expect(people.map(({ subject }) => subject)).toEqual([
    'Your Amazon Bedrock budget: you have reached 50%',
    'Your Amazon Bedrock budget: you have reached 80%',
  ]);
  expect(people.map(({ attributes }) => attributes['recipient'])).toEqual(['ml-chat', 'ml-chat']);
  expect(people[1]?.body).toContain('Still allowed: amazon.nova');
  expect(people[1]?.body).toContain('ask #ai-platform');
});

test('no address is in a log, an environment or a template', () => {
  const environments = stack.assembly.functions.map(({ environment }) => environment);
  const seen = `${JSON.stringify(environments)} ${stack.recentLines().join('\n')}`;

  expect(stack.recentLines().join('\n')).toContain('The webhook broken answered 503.');
  expect(seen).not.toMatch(/127\.0\.0\.1:\d+\/(slack|broken|signed)|between us/);
  expect(stack.refusals()).toEqual([]);
});

test('an alert is listed until someone has seen to it', async () => {
  const deployment = openDeployment({
    aws: { region: 'us-east-1', endpoint: stack.url, credentials: operatorCredentials },
    stage: 'local',
    settings: settingsSchema.parse(settings),
    clock: () => stack.now(),
  });
  const recent = { all: false, days: 7 };
  const name = 'user/alice#month:2026-11#80%';
  const { json, text } = await listAlerts(recent, deployment);
  expect(json.map(({ alert, told }) => [alert, told]).sort()).toEqual([
    ['user/alice#month:2026-11#50%', 'sent'],
    [name, 'sent'],
  ]);
  expect(text).toContain(name);

  await acknowledgeAlert(name, { reason: 'spoke with her' }, deployment);
  expect((await listAlerts(recent, deployment)).json).toHaveLength(1);
  const all = await listAlerts({ ...recent, all: true }, deployment);
  expect(all.json.find(({ alert }) => alert === name)?.acknowledged?.reason).toBe('spoke with her');
  await expect(acknowledgeAlert(name, { reason: 'again' }, deployment)).rejects.toThrow(
    'acknowledged before',
  );
  await expect(acknowledgeAlert('user/alice', { reason: 'x' }, deployment)).rejects.toThrow('names no alert');
  await expect(acknowledgeAlert(name, { reason: ' ' }, deployment)).rejects.toThrow('--reason is empty');
});
