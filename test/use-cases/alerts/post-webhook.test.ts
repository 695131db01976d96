import type { Webhook, WebhookJob } from '../../../lambda/domain/notify/channels.ts';
import { postWebhook, retryDelay } from '../../../lambda/use-cases/alerts/post-webhook.ts';
import type { AlertDeliveries } from '../../../lambda/use-cases/ports/messages.ts';

const webhooks = [{ name: 'ops', secretArn: 'arn', format: 'slack' }] as unknown as readonly Webhook[];
const job = {
  ...{ webhook: 'ops', subject: 'user/ann', sortKey: 'month:2026-11#80%' },
  message: { subject: 'A title', body: 'A text', severity: 'warning' },
} as unknown as WebhookJob;

function posting(channel: { claimed?: string } = {}) {
  const posted: string[] = [];
  const deliveries = {
    claim: async (_key: unknown, claimed: string) => {
      channel.claimed = claimed;
      return { kind: 'open', tries: 1 };
    },
    confirm: async () => {},
    release: async () => {},
  } as unknown as AlertDeliveries;
  const poster = { post: async ({ name }: Webhook) => void posted.push(name) };
  const deps = { deliveries, poster, webhooks, clock: () => new Date('2026-11-22T12:00:00Z') };
  return { posted, post: (one: WebhookJob) => postWebhook(one, 'a-1', deps) };
}

it('posts to the webhook that the message names, on a channel of its own', async () => {
  const channel: { claimed?: string } = {};
  const { posted, post } = posting(channel);

  expect([await post(job), posted]).toEqual([{ kind: 'sent' }, ['ops']]);
  expect(channel.claimed).toContain('ops');
});

it('posts nothing to a webhook that the stage has no more', async () => {
  const { posted, post } = posting();

  expect([await post({ ...job, webhook: 'gone' }), posted]).toEqual([{ kind: 'unknown' }, []]);
});

it.each([
  [1, 30],
  [2, 60],
  [5, 480],
  [6, 900],
  [1_000, 900],
])('after %i failures it waits %i seconds', (failures, seconds) =>
  expect(retryDelay(failures)).toBe(seconds),
);
