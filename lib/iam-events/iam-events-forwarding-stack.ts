import { Arn, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { type StageConfig, StageConfigError } from '../config.ts';
import { ownPath, physicalName } from '../shared/naming.ts';
import { iamEventPattern, iamEventRegion } from './iam-event-pattern.ts';

export interface IamEventsForwardingStackProps {
  readonly stackName: string;
  readonly config: StageConfig;
}

/** Whether a stage needs the stack: one in us-east-1 has the events already. */
export const needsForwarding = ({ iamEvents, region }: Pick<StageConfig, 'iamEvents' | 'region'>): boolean =>
  iamEvents.forwardFrom !== undefined && region !== iamEvents.forwardFrom;

/**
 * In us-east-1, where alone CloudTrail tells of IAM: hands these events to the default bus of the stage's Region. The bus
 * is named and not referenced, so that neither stack waits for the other.
 */
export class IamEventsForwardingStack extends Stack {
  /** @throws StageConfigError where the stage does not say where it is */
  constructor(scope: Construct, id: string, { stackName, config }: IamEventsForwardingStackProps) {
    const { account, region, stage } = config;
    if (region === undefined) {
      throw new StageConfigError(
        '`iamEvents.forwardFrom` needs `region`: the stack in us-east-1 has to know where to send events.',
      );
    }
    super(scope, id, {
      stackName,
      env: { ...(account && { account }), region: iamEventRegion },
      description: "Bedrock Budgeteer: hands IAM's events to the stage's Region",
    });
    const ruleName = physicalName(stage, 'iam-events');
    const bus = Arn.format(
      { service: 'events', region, resource: 'event-bus', resourceName: 'default' },
      this,
    );
    const role = new iam.Role(this, 'Role', {
      path: ownPath,
      description: "EventBridge assumes it to hand IAM's events on",
      assumedBy: new iam.ServicePrincipal('events.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': this.account },
          ArnLike: {
            'aws:SourceArn': this.formatArn({ service: 'events', resource: 'rule', resourceName: ruleName }),
          },
        },
      }),
    });
    role.addToPolicy(new iam.PolicyStatement({ actions: ['events:PutEvents'], resources: [bus] }));
    new events.Rule(this, 'IamChanged', {
      ruleName,
      description: `Somebody changed IAM: told in ${region}, too`,
      eventPattern: iamEventPattern,
      targets: [{ bind: () => ({ arn: bus, role }) }],
    });
  }
}
