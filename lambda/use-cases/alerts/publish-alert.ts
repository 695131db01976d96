import type { Alert } from '../../domain/control/alert.ts';
import { renderAlert } from '../../domain/control/message.ts';
import type { Severity } from '../../domain/control/rung.ts';
import { type Scope, scopeIn } from '../../domain/control/subject.ts';
import { topicChannel, type Webhook } from '../../domain/notify/channels.ts';
import type { CommandTarget } from '../../domain/notify/commands.ts';
import { type Digest, digestPartition, renderDigest } from '../../domain/notify/digest.ts';
import { renderUserMessage } from '../../domain/notify/user-message.ts';
import { wants } from '../../domain/notify/webhook-message.ts';
import type { Settings } from '../../domain/settings.ts';
import type {
  AlertDeliveries,
  AlertKey,
  Message,
  Publisher,
  RecentModels,
  WebhookQueue,
} from '../ports/messages.ts';
import type { PrincipalRegistry } from '../ports/subjects.ts';
import type { Clock } from '../ports/time.ts';
import { type Delivered, deliverOnce } from './deliver-once.ts';

export interface PublishDeps {
  readonly deliveries: AlertDeliveries;
  /** Leads to the admins. */
  readonly publisher: Publisher;
  /** Leads to the people that budgets are about; undefined where the stage does not tell them. */
  readonly people: Publisher | undefined;
  readonly webhooks: WebhookQueue;
  readonly models: RecentModels;
  /** What IAM's tags say of principals. */
  readonly registry: Pick<PrincipalRegistry, 'find'>;
  readonly settings: Settings;
  /** The deployment that the commands in a message are for. */
  readonly target: CommandTarget;
  /** Models that restricted people may go on using. */
  readonly economy: readonly string[];
  readonly clock: Clock;
  /** The account whose usage this is. */
  readonly account: string;
  /** Tells this invocation from all others. */
  readonly attempt: string;
}

/** Channels as the marks in an alert's item name them. */
const peopleChannel = 'people';
export const webhookChannel = (name: string) => `webhook-${name}`;

export const keyOf = ({ subject, window, id }: Alert): AlertKey => ({ subject, sortKey: `${window}#${id}` });

/** Tells the admins of one alert: the topic, and by the queue each webhook that wants it. */
export async function publishAlert(alert: Alert, deps: PublishDeps): Promise<Delivered> {
  const { settings, models, account, target } = deps;
  const scope = scopeIn(alert.subject, settings);
  const render = async () => {
    const recent = scope === 'principal' ? await models.of(alert.subject, new Date(alert.at), account) : [];
    return renderAlert(alert, settings, { models: recent, target });
  };
  return tellAdmins(keyOf(alert), render, { severity: alert.severity, scope }, deps);
}

/** Tells the admins of many alerts at once. */
export function publishDigest(digest: Digest, deps: PublishDeps): Promise<Delivered> {
  const message = renderDigest(digest, deps.target);
  const about = { severity: message.attributes.severity as Severity, scope: undefined };
  const key = { subject: digestPartition(digest.topic), sortKey: digest.id };
  return tellAdmins(key, async () => message, about, deps);
}

/** Sends to the person whom the alert is about, also where a digest replaces the message to the admins. */
export async function tellPerson(alert: Alert, deps: PublishDeps): Promise<Delivered> {
  const { people, settings, economy } = deps;
  if (people === undefined || scopeIn(alert.subject, settings) !== 'principal') return { kind: 'done' };
  const message = renderUserMessage(alert, settings, economy);
  if (message === undefined) return { kind: 'done' };
  const place = { key: keyOf(alert), channel: peopleChannel, attempt: deps.attempt };
  return deliverOnce(place, () => people.publish(message), deps);
}

async function tellAdmins(
  key: AlertKey,
  render: () => Promise<Message & Required<Pick<Message, 'forms'>>>,
  about: { readonly severity: Severity; readonly scope: Scope | undefined },
  deps: PublishDeps,
): Promise<Delivered> {
  const { publisher, webhooks, settings, attempt } = deps;
  const send = async () => {
    const message = await render();
    // First, so that a crash in between puts them in again; their own marks drop what they have.
    for (const webhook of settings.webhooks.filter((each: Webhook) => wants(each, about))) {
      const { subject, body, forms } = message;
      const { severity } = about;
      await webhooks.send({
        webhook: webhook.name,
        ...key,
        message: { subject, body, severity, json: forms.json },
      });
    }
    await publisher.publish(message);
  };
  return deliverOnce({ key, channel: topicChannel, attempt }, send, deps);
}
