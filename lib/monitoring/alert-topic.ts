import { Aws, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { allow, allowKeyUse } from '../shared/grant.ts';
import { physicalName } from '../shared/naming.ts';

export interface AlertTopicProps {
  readonly stage: string;
  readonly name: string;
  /** Each has to confirm its subscription once, by the e-mail that AWS sends. */
  readonly emails: readonly string[];
  /** @default not encrypted at rest: alarms cannot publish under SNS's own key, and messages hold no prompt */
  readonly key?: kms.IKey | undefined;
  /** Lets this account's CloudWatch alarms publish. @default false */
  readonly alarmsPublish?: boolean;
}

/** A topic that people subscribe to; TLS only. */
export class AlertTopic extends sns.Topic {
  readonly #key: kms.IKey | undefined;

  constructor(scope: Construct, id: string, props: AlertTopicProps) {
    super(scope, id, {
      topicName: physicalName(props.stage, props.name),
      enforceSSL: true,
      ...(props.key && { masterKey: props.key }),
    });
    this.#key = props.key;
    for (const email of props.emails) this.addSubscription(new EmailSubscription(email));
    if (props.alarmsPublish) this.#letAlarmsPublish();
  }

  #letAlarmsPublish(): void {
    const alarms = Stack.of(this).formatArn({ service: 'cloudwatch', resource: 'alarm:*' });
    this.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'AlarmsPublish',
        principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topicArn],
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
          ArnLike: { 'aws:SourceArn': alarms },
        },
      }),
    );
  }

  /**
   * Lets an AWS service publish on this account's behalf, and use the key for it where there is one.
   * @param sourceArn pattern of what the service publishes about, where the service says so
   */
  letServicePublish(sid: string, service: string, sourceArn?: string): void {
    const statement = {
      sid,
      principals: [new iam.ServicePrincipal(service)],
      conditions: {
        StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
        ...(sourceArn && { ArnLike: { 'aws:SourceArn': sourceArn } }),
      },
    };
    this.addToResourcePolicy(
      new iam.PolicyStatement({ ...statement, actions: ['sns:Publish'], resources: [this.topicArn] }),
    );
    this.#key?.addToResourcePolicy(
      // `*` in a key's policy is the key itself.
      new iam.PolicyStatement({
        ...statement,
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: ['*'],
      }),
    );
  }

  /** Notify: sends alerts. */
  grantSend(grantee: iam.IGrantable): void {
    allow(grantee, ['sns:Publish'], [this.topicArn]);
    allowKeyUse(grantee, this.#key);
  }
}
