import { DynamoDbAlertDeliveries } from '../adapters/dynamodb/alert-deliveries.ts';
import { documentClient } from '../adapters/dynamodb/client.ts';
import { DynamoDbPrincipals } from '../adapters/dynamodb/principals.ts';
import { DynamoDbRecentModels } from '../adapters/dynamodb/recent-models.ts';
import { SnsPublisher } from '../adapters/messages/sns-publisher.ts';
import { SqsWebhookQueue } from '../adapters/messages/webhook-queue.ts';
import { deployedSettings } from '../adapters/runtime/deployed-settings.ts';
import { systemClock as clock, systemSleep as sleep } from '../adapters/runtime/system-time.ts';
import { type FoundEnvironment, notConfigured } from '../contracts/environment.ts';
import { economyModels } from '../domain/pricing/economy-models.ts';
import { priceBook } from '../domain/pricing/price-book.ts';
import type { NotifyDeps } from './notify.ts';

/** What notify is made of. Without webhooks in the settings nothing asks for their queue. */
export function notifyDeps(environment: FoundEnvironment<'notify'>, bundleUrl: string): NotifyDeps {
  const { USER_WARNINGS_TOPIC_ARN: people } = environment;
  return {
    deliveries: new DynamoDbAlertDeliveries(documentClient(), environment.ALERTS_TABLE),
    publisher: new SnsPublisher({
      alerts: environment.BUDGET_ALERTS_TOPIC_ARN,
      critical: environment.CRITICAL_TOPIC_ARN,
    }),
    people: people === notConfigured ? undefined : new SnsPublisher({ alerts: people, critical: people }),
    webhooks: new SqsWebhookQueue(environment.WEBHOOK_QUEUE_URL),
    models: new DynamoDbRecentModels(environment.LEDGER_TABLE),
    registry: new DynamoDbPrincipals(documentClient(), environment.BUDGETS_TABLE, clock, sleep),
    settings: deployedSettings(bundleUrl),
    target: { stage: environment.STAGE, region: environment.AWS_REGION, account: environment.ACCOUNT },
    economy: economyModels(priceBook),
    clock,
  };
}
