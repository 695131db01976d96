import type { Settings } from '../contracts/settings.ts';
import { renderAlert } from '../domain/control/message.ts';
import type { Alerts, Clock, Publisher } from './ports.ts';

export interface PublishDeps {
  readonly alerts: Alerts;
  readonly publisher: Publisher;
  readonly settings: Settings;
  readonly clock: Clock;
}

/**
 * Sends an alert's message unless it went out already. A crash between sending and marking sends it again: SNS has no
 * way to tell, and twice is better than never.
 */
export async function publishAlert(subject: string, sortKey: string, deps: PublishDeps): Promise<boolean> {
  const found = await deps.alerts.find(subject, sortKey);
  if (found === undefined || found.sent || !found.alert.publish) return false;
  await deps.publisher.publish(renderAlert(found.alert, deps.settings));
  await deps.alerts.markSent(subject, sortKey, deps.clock());
  return true;
}
