import { BatchWriteCommand, GetCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { DynamoDbAlertDeliveries } from '../../../lambda/adapters/dynamodb/alert-deliveries.ts';
import { alertItem, alertOf, isAlert } from '../../../lambda/adapters/dynamodb/alert-items.ts';
import { documentClient } from '../../../lambda/adapters/dynamodb/client.ts';
import { type SettingsInput, settingsSchema } from '../../../lambda/contracts/settings.ts';
import type { Alert } from '../../../lambda/domain/control/alert.ts';
import type { PublishDeps } from '../../../lambda/use-cases/alerts/publish-alert.ts';
import { publishAlerts } from '../../../lambda/use-cases/alerts/publish-alerts.ts';
import type { Message } from '../../../lambda/use-cases/ports/messages.ts';
import { startTables, type Tables } from '../../support/tables.ts';
import { unreliable } from '../../support/unreliable-client.ts';

jest.setTimeout(60_000);

let tables: Tables;
beforeAll(async () => {
  tables = await startTables();
}, 60_000);
afterAll(() => tables.stop());

const at = new Date('2026-11-22T12:00:00Z');
let minutes = 0;
const alertsOf = (name: string, count: number, change: Partial<Alert> = {}): Alert[] =>
  Array.from({ length: count }, (_, index) => ({
    ...{ subject: `user/${name}-${index}`, window: 'month:2026-11', id: '80%', kind: 'threshold' as const },
    ...{ severity: 'warning' as const, publish: true, together: ['80%'], limit: 10n ** 10n, enforcing: true },
    ...{ spent: BigInt(index) * 10n ** 6n, at: at.toISOString() },
    ...change,
  }));

/** A world with a table, and people who count what they are told. */
async function world(
  alerts: readonly Alert[],
  settings: Partial<SettingsInput> = {},
  mishaps?: () => number,
) {
  const client = documentClient(tables.client());
  for (let start = 0; start < alerts.length; start += 25) {
    const PutRequests = alerts
      .slice(start, start + 25)
      .map((alert) => ({ PutRequest: { Item: alertItem(alert) } }));
    await client.send(new BatchWriteCommand({ RequestItems: { [tables.alerts]: PutRequests } }));
  }
  const told: Message[] = [];
  const people: Message[] = [];
  const posted: string[] = [];
  const flaky = tables.client();
  // A minute of its own for each, so that they do not share its messages.
  const minute = new Date(at.getTime() + minutes++ * 60_000);
  const deps = {
    deliveries: new DynamoDbAlertDeliveries(
      mishaps ? documentClient(unreliable(flaky, mishaps)) : client,
      tables.alerts,
    ),
    publisher: { publish: async (message: Message) => void told.push(message) },
    people: { publish: async (message: Message) => void people.push(message) },
    webhooks: {
      send: async ({ webhook, subject }: { webhook: string; subject: string }) =>
        void posted.push(`${webhook} ${subject}`),
    },
    models: { of: async () => [] },
    registry: { find: async () => new Map() },
    settings: settingsSchema.parse({ mode: 'enforce', userChannels: {}, ...settings }),
    target: { stage: 'test', region: 'eu-central-1' },
    economy: [],
    clock: () => minute,
    account: '111122223333',
  } satisfies Omit<PublishDeps, 'attempt'>;
  return { deps: deps as Omit<PublishDeps, 'attempt'>, told, people, posted, client };
}
const streamed = (alerts: readonly Alert[]) =>
  alerts.map((alert, index) => ({ id: String(index).padStart(6, '0'), alert }));

test('a thousand alerts in a minute are twenty messages and four digests, and none is lost', async () => {
  const alerts = alertsOf('storm', 1_000);
  const { deps, told, people, client } = await world(alerts, { userChannels: undefined });
  for (let start = 0; start < alerts.length; start += 250) {
    const batch = streamed(alerts).slice(start, start + 250);
    expect((await publishAlerts(batch, { ...deps, attempt: `a${start}` })).failed).toEqual([]);
  }

  const digests = told.filter(({ attributes }) => attributes['kind'] === 'digest');
  expect([told.length, digests.length]).toEqual([24, 4]);
  expect(digests.reduce((sum, { forms }) => sum + Number(forms?.json['count']), 0)).toBe(980);
  expect(people).toEqual([]);
  // The most expensive of the first batch go by themselves, and a digest names the most expensive of the rest.
  expect(told.slice(0, 20).map(({ attributes }) => attributes['subject'])).toContain('user/storm-249');
  expect(digests[3]?.body).toContain('user/storm-999 reached 80%');
  const { Items = [] } = await client.send(
    new ScanCommand({ TableName: tables.alerts, ConsistentRead: true }),
  );
  const kept = Items.filter(isAlert).filter(({ pk }) => String(pk).startsWith('user/storm-'));
  expect(kept.every((item) => item['sentAt'] !== undefined || item['foldedInto'] !== undefined)).toBe(true);
  expect(alertOf(kept[0] ?? {})).toEqual(alerts.find(({ subject }) => subject === kept[0]?.['pk']));

  const before = told.length;
  await publishAlerts(streamed(alerts).slice(0, 250), { ...deps, attempt: 'redelivered' });
  expect(told.length).toBe(before);
});

test('critical ones have a minute of their own, fold too, and everyone concerned hears of the own budget', async () => {
  const alerts = [...alertsOf('calm', 30), ...alertsOf('loud', 30, { id: '100%', severity: 'critical' })];
  const { deps, told, people, posted } = await world(alerts, {
    webhooks: [
      {
        name: 'ops',
        secretArn: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:ops-AbCdEf',
        format: 'slack',
        minSeverity: 'critical',
      },
    ],
  });
  const result = await publishAlerts(streamed(alerts), { ...deps, attempt: 'one' });

  expect(result).toMatchObject({ sent: 40, folded: 20, people: 60, failed: [] });
  expect(told.filter(({ critical }) => critical)).toHaveLength(21);
  expect(new Set(people.map(({ attributes }) => attributes['principal'])).size).toBe(60);
  expect(posted).toHaveLength(21);
  expect(posted).toContain('ops digest#critical');
});

test('one alert that cannot be told does not hold up the others, and comes again alone', async () => {
  const alerts = alertsOf('bad', 3);
  const { deps, told, people } = await world(alerts);
  const publish = deps.publisher.publish;
  let down = true;
  const publisher = {
    publish: async (message: Message) => {
      if (down && message.attributes['subject'] === 'user/bad-1') throw new Error('Throttled');
      await publish(message);
    },
  };
  const first = await publishAlerts(streamed(alerts), { ...deps, publisher, attempt: 'one' });
  expect(first.failed.map(({ id }) => id)).toEqual(['000001']);
  expect([told.length, people.length]).toEqual([2, 3]);

  down = false;
  await publishAlerts(streamed(alerts).slice(1), { ...deps, publisher, attempt: 'two' });
  expect(told.map(({ attributes }) => attributes['subject']).sort()).toEqual(
    alerts.map(({ subject }) => subject),
  );
  expect(people).toHaveLength(3);
});

test('whatever breaks between the marks, each channel hears of each alert, and at most once more', async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.infiniteStream(fc.nat({ max: 60 })), fc.boolean(), async (stream, storm) => {
      const alerts = alertsOf(`chaos${run++}`, storm ? 6 : 2);
      const { deps, told, people } = await world(alerts, { alertDelivery: { perMinute: 3 } }, () =>
        Number(stream.next().value),
      );
      let rest = streamed(alerts);
      const uncertain = new Set<string>();
      for (let attempt = 0; rest.length > 0 && attempt < 60; attempt++) {
        const result = await publishAlerts(rest, { ...deps, attempt: `attempt-${attempt}` }).catch(
          () => undefined,
        );
        for (const alert of result?.uncertain ?? []) uncertain.add(alert);
        const first = result?.failed.map(({ id }) => id).sort()[0];
        if (result) rest = first === undefined ? [] : rest.filter(({ id }) => id >= first);
      }
      expect(rest).toEqual([]);
      for (const { subject } of alerts) {
        const own = told.filter(({ attributes }) => attributes['subject'] === subject).length;
        const inDigest = told.some(({ forms }) =>
          JSON.stringify(forms?.json['top'] ?? []).includes(`${subject}#`),
        );
        expect(own).toBeLessThanOrEqual(2);
        expect(own > 0 || inDigest || uncertain.size > 0).toBe(true);
        const heard = people.filter(({ attributes }) => attributes['principal'] === subject).length;
        expect([1, 2]).toContain(heard);
      }
    }),
    { numRuns: 6 },
  );
});

test('a claim of a repeated write counts once, a known failure counts not at all', async () => {
  const [alert] = alertsOf('claims', 1) as [Alert];
  const { deps, client } = await world([alert]);
  const key = { subject: alert.subject, sortKey: 'month:2026-11#80%' };
  const { deliveries } = deps;

  expect(await deliveries.claim(key, 'webhook-a', 'x')).toEqual({ kind: 'open', tries: 1 });
  expect(await deliveries.claim(key, 'webhook-a', 'x')).toEqual({ kind: 'open', tries: 1 });
  await deliveries.release(key, 'webhook-a', 'x');
  expect(await deliveries.claim(key, 'webhook-a', 'y')).toEqual({ kind: 'open', tries: 1 });
  await deliveries.confirm(key, 'webhook-a', at);
  expect(await deliveries.claim(key, 'webhook-a', 'z')).toEqual({ kind: 'done' });
  expect(await deliveries.claim(key, 'topic', 'z')).toEqual({ kind: 'open', tries: 1 });
  expect(await deliveries.claim({ ...key, sortKey: 'gone' }, 'topic', 'z')).toEqual({ kind: 'done' });
  const { Item } = await client.send(
    new GetCommand({ TableName: tables.alerts, Key: { pk: key.subject, sk: key.sortKey } }),
  );
  expect(alertOf(Item ?? {})).toEqual(alert);
});
