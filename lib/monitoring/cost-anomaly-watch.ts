import * as ce from 'aws-cdk-lib/aws-ce';
import { Construct } from 'constructs';
import { physicalName } from '../shared/naming.ts';
import type { AlertTopic } from './alert-topic.ts';

export interface CostAnomalyWatchProps {
  readonly stage: string;
  /** @default a monitor of its own over all AWS services, of which an account can have one */
  readonly monitorArn?: string | undefined;
  /** Anomalies that cost less are not reported, USD. */
  readonly minimumUsd: number;
  readonly topic: AlertTopic;
}

/** AWS's anomaly detection on the bill: it knows no budget, only what is unusual. */
export class CostAnomalyWatch extends Construct {
  constructor(scope: Construct, id: string, { stage, monitorArn, minimumUsd, topic }: CostAnomalyWatchProps) {
    super(scope, id);
    // The service tells the account, and no ARN.
    topic.letServicePublish('CostAnomaliesPublish', 'costalerts.amazonaws.com');
    const subscription = new ce.CfnAnomalySubscription(this, 'Subscription', {
      subscriptionName: physicalName(stage, 'cost-anomalies'),
      frequency: 'IMMEDIATE',
      monitorArnList: [monitorArn ?? this.#ownMonitor(stage)],
      subscribers: [{ type: 'SNS', address: topic.topicArn }],
      thresholdExpression: JSON.stringify({
        Dimensions: {
          Key: 'ANOMALY_TOTAL_IMPACT_ABSOLUTE',
          MatchOptions: ['GREATER_THAN_OR_EQUAL'],
          Values: [String(minimumUsd)],
        },
      }),
    });
    subscription.node.addDependency(topic);
  }

  #ownMonitor(stage: string): string {
    return new ce.CfnAnomalyMonitor(this, 'Monitor', {
      monitorName: physicalName(stage, 'services'),
      monitorType: 'DIMENSIONAL',
      monitorDimension: 'SERVICE',
    }).attrMonitorArn;
  }
}
