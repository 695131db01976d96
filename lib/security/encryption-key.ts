import { Aws, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { physicalName } from '../shared/naming.ts';

/** The one customer-managed key of a stage, usable by the services that write on our behalf and by nobody unnamed. */
export class EncryptionKey extends kms.Key {
  constructor(scope: Construct, id: string, props: { readonly stage: string }) {
    super(scope, id, {
      alias: physicalName(props.stage, 'data'),
      description: 'Tables, logs, queues and topics of Bedrock Budgeteer',
      enableKeyRotation: true,
    });
    const own = { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } };
    this.#serve('bedrock.amazonaws.com', ['kms:GenerateDataKey'], own);
    // Alarms publish to encrypted topics, rules put into encrypted queues.
    this.#serve('cloudwatch.amazonaws.com', ['kms:Decrypt', 'kms:GenerateDataKey'], own);
    this.#serve('events.amazonaws.com', ['kms:Decrypt', 'kms:GenerateDataKey'], own);
    this.#serve(
      `logs.${Aws.REGION}.amazonaws.com`,
      [
        'kms:Decrypt',
        'kms:DescribeKey',
        'kms:Encrypt',
        'kms:GenerateDataKey',
        'kms:ReEncryptFrom',
        'kms:ReEncryptTo',
      ],
      {
        ArnLike: {
          'kms:EncryptionContext:aws:logs:arn': Stack.of(this).formatArn({ service: 'logs', resource: '*' }),
        },
      },
    );
  }

  #serve(service: string, actions: string[], conditions: Record<string, Record<string, string>>): void {
    this.addToResourcePolicy(
      // `*` in a key's policy is the key itself.
      new iam.PolicyStatement({
        principals: [new iam.ServicePrincipal(service)],
        actions,
        resources: ['*'],
        conditions,
      }),
    );
  }
}
