import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { Answer } from '../deployment/answer-command.ts';
import { whoCalls } from '../deployment/caller.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { subscriptionsOf } from '../deployment/topic-subscriptions.ts';

export interface TestAlert {
  readonly topic: string;
  readonly messageId: string;
  readonly confirmed: number;
  readonly pending: number;
}

/**
 * `test-alert [--critical]`: a message that says that it is a test, through the topic that real alerts take. It touches no
 * budget. Exit status 1 where nobody gets it.
 */
export async function sendTestAlert(
  { critical }: { readonly critical: boolean },
  deployment: Deployment,
): Promise<Answer<TestAlert>> {
  const { aws, stage, topics, clock } = deployment;
  const { account, partition, actor } = await whoCalls(deployment);
  const topic = critical ? topics.critical : topics.alerts;
  const arn = `arn:${partition}:sns:${aws.region}:${account}:${topic}`;
  const sns = new SNSClient({ ...aws, maxAttempts: 6 });
  const { MessageId: messageId = '' } = await sns.send(
    new PublishCommand({
      TopicArn: arn,
      Subject: `TEST - Bedrock budget alert of stage ${stage}`,
      Message: [
        'TEST: this message is no alert, and nobody has spent anything.',
        '',
        `${actor} sent it at ${clock().toISOString()} to see whether the topic ${topic} reaches its readers.`,
        'Next: nothing to do, except to say that it arrived.',
      ].join('\n'),
      // Whoever filters by severity gets the test where the real thing would go.
      MessageAttributes: Object.fromEntries(
        Object.entries({ severity: critical ? 'critical' : 'warning', kind: 'test' }).map(
          ([name, StringValue]) => [name, { DataType: 'String', StringValue }],
        ),
      ),
    }),
  );
  const { confirmed, pending } = await subscriptionsOf(arn, deployment);
  const reaches =
    confirmed > 0
      ? `It goes to ${confirmed} subscribers.`
      : 'Nobody gets it: no subscription is confirmed; set alertEmails of the stage, deploy, and confirm the e-mail.';
  const waiting = pending > 0 ? ` ${pending} have not confirmed their subscription yet.` : '';
  return {
    text: `Sent a test message to ${topic}. ${reaches}${waiting}\n`,
    json: { topic, messageId, confirmed, pending },
    exitCode: confirmed > 0 ? 0 : 1,
  };
}
