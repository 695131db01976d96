import { Aws, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { AlertTopic } from '../monitoring/alert-topic.ts';
import { ownPath } from '../shared/naming.ts';
import { ruleName } from '../shared/rules.ts';

export interface LoggingWatchProps {
  readonly stage: string;
  /** The role that changes the configuration on our behalf. */
  readonly ownRoleArn: string;
  readonly critical: AlertTopic;
}

/** Tells at once when anyone but the deployment changes or deletes the logging configuration. Needs a CloudTrail trail. */
export class LoggingWatch extends Construct {
  constructor(scope: Construct, id: string, { stage, ownRoleArn, critical }: LoggingWatchProps) {
    super(scope, id);
    const name = ruleName(stage, 'logging-changed');
    const role = this.#roleForEvents(name);
    critical.grantSend(role);
    new events.Rule(this, 'Changed', {
      ruleName: name,
      description: 'Someone changed or deleted the configuration of the invocation log',
      eventPattern: {
        source: ['aws.bedrock'],
        detailType: ['AWS API Call via CloudTrail'],
        detail: {
          eventSource: ['bedrock.amazonaws.com'],
          eventName: ['DeleteModelInvocationLoggingConfiguration', 'PutModelInvocationLoggingConfiguration'],
          errorCode: [{ exists: false }],
          // A user has no session issuer, and `anything-but` alone would not match where the field is missing.
          $or: [
            { userIdentity: { type: [{ 'anything-but': ['AssumedRole'] }] } },
            {
              userIdentity: {
                sessionContext: { sessionIssuer: { arn: [{ 'anything-but': [ownRoleArn] }] } },
              },
            },
          ],
        },
      },
      // Not `SnsTopic`: it grants wildcards of the key's actions.
      targets: [{ bind: () => ({ arn: critical.topicArn, role, input: message() }) }],
    });
  }

  /** A role, because EventBridge fills in no conditions that a topic's policy could ask for. */
  #roleForEvents(name: string): iam.Role {
    const rule = Stack.of(this).formatArn({ service: 'events', resource: 'rule', resourceName: name });
    return new iam.Role(this, 'Role', {
      path: ownPath,
      description: 'EventBridge assumes it to send the alert about a changed logging configuration',
      assumedBy: new iam.ServicePrincipal('events.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
          ArnLike: { 'aws:SourceArn': rule },
        },
      }),
    });
  }
}

function message(): events.RuleTargetInput {
  const field = events.EventField.fromPath;
  return events.RuleTargetInput.fromText(
    `CRITICAL: ${field('$.detail.userIdentity.arn')} called ${field('$.detail.eventName')} in ` +
      `${field('$.detail.awsRegion')} at ${field('$.detail.eventTime')} from ${field('$.detail.sourceIPAddress')}. ` +
      'What Bedrock does not log is not metered. What to do is in docs/runbook.md under "Invocation logging was changed".',
  );
}
