import { paginateListSubscriptionsByTopic, SNSClient } from '@aws-sdk/client-sns';
import type { Deployment } from './deployment.ts';

/** Who listens to a topic. An e-mail address counts only once its owner has clicked the link. */
export async function subscriptionsOf(
  topicArn: string,
  { aws }: Pick<Deployment, 'aws'>,
): Promise<{ readonly confirmed: number; readonly pending: number }> {
  const client = new SNSClient({ ...aws, maxAttempts: 6 });
  let confirmed = 0;
  let pending = 0;
  for await (const page of paginateListSubscriptionsByTopic({ client }, { TopicArn: topicArn })) {
    for (const { SubscriptionArn = '' } of page.Subscriptions ?? []) {
      if (SubscriptionArn === 'PendingConfirmation') pending++;
      else if (SubscriptionArn.startsWith('arn:')) confirmed++;
    }
  }
  return { confirmed, pending };
}
