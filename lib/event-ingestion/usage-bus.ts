import { Arn, ArnFormat, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { physicalName } from '../shared/naming.ts';

export interface UsageBusProps {
  readonly stage: string;
  /** Accounts and roles that may put: 12 digits, or the ARN of a role. */
  readonly putters: readonly string[];
}

/**
 * Where applications report usage. An identity policy of this account would be enough to put, so the bus denies everyone
 * whom the stage does not name; whom it names it lets in, from other accounts too.
 */
export class UsageBus extends events.EventBus {
  constructor(scope: Construct, id: string, { stage, putters }: UsageBusProps) {
    super(scope, id, {
      eventBusName: physicalName(stage, 'usage'),
      description: 'Usage that Bedrock does not log; only those whom the stage names may put',
    });
    const accounts = putters.filter((putter) => /^\d{12}$/.test(putter));
    const roles = putters.filter((putter) => !accounts.includes(putter));
    const actions = ['events:PutEvents'];
    if (putters.length > 0) {
      this.addToResourcePolicy(
        new iam.PolicyStatement({
          sid: 'NamedPutters',
          principals: [
            ...accounts.map((account) => new iam.ArnPrincipal(accountRoot(this, account))),
            ...roles.map((role) => new iam.ArnPrincipal(role)),
          ],
          actions,
          resources: [this.eventBusArn],
        }),
      );
    }
    this.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'NobodyElse',
        effect: iam.Effect.DENY,
        principals: [new iam.AnyPrincipal()],
        actions,
        resources: [this.eventBusArn],
        conditions: {
          ...(accounts.length > 0 && { StringNotEquals: { 'aws:PrincipalAccount': accounts } }),
          // A role's own ARN, also while one of its sessions calls.
          ...(roles.length > 0 && { ArnNotEquals: { 'aws:PrincipalArn': roles } }),
        },
      }),
    );
  }
}

const accountRoot = (scope: Construct, account: string): string =>
  Arn.format(
    {
      service: 'iam',
      region: '',
      account,
      resource: 'root',
      arnFormat: ArnFormat.NO_RESOURCE_NAME,
    },
    Stack.of(scope),
  );
