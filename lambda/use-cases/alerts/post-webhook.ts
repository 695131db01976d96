import type { Webhook, WebhookJob } from '../../domain/notify/channels.ts';
import { webhookBody } from '../../domain/notify/webhook-message.ts';
import type { AlertDeliveries, WebhookPoster } from '../ports/messages.ts';
import type { Clock } from '../ports/time.ts';
import { type Delivered, deliverOnce } from './deliver-once.ts';
import { webhookChannel } from './publish-alert.ts';

export interface PostWebhookDeps {
  readonly deliveries: AlertDeliveries;
  readonly poster: WebhookPoster;
  readonly webhooks: readonly Webhook[];
  readonly clock: Clock;
}

const firstDelaySeconds = 30;
const longestDelaySeconds = 900;

/**
 * Posts one message to its webhook, unless that has it. `unknown`: the stage has no such webhook any more.
 * @throws WebhookFailedError; the queue brings the message again
 */
export async function postWebhook(
  { webhook: name, subject, sortKey, ...job }: WebhookJob,
  attempt: string,
  { poster, webhooks, ...deps }: PostWebhookDeps,
): Promise<Delivered | { readonly kind: 'unknown' }> {
  const webhook = webhooks.find((each) => each.name === name);
  if (webhook === undefined) return { kind: 'unknown' };
  const body = webhookBody(webhook.format, { ...job, webhook: name, subject, sortKey });
  const place = { key: { subject, sortKey }, channel: webhookChannel(name), attempt };
  return deliverOnce(place, () => poster.post(webhook, body), deps);
}

/** Seconds until a message that has failed so often is tried again: half a minute, doubling up to a quarter of an hour. */
export const retryDelay = (failures: number): number =>
  Math.min(longestDelaySeconds, firstDelaySeconds * 2 ** Math.min(10, Math.max(0, failures - 1)));
