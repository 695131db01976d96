import { Duration } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { CapacityRange, StageConfig, TableCapacity } from '../config.ts';
import { allow, allowKeyUse } from '../shared/grant.ts';
import { physicalName } from '../shared/naming.ts';
import { removalPolicies } from './removal-policies.ts';

/** What all tables of a stage share. */
export interface TableContext {
  readonly stage: string;
  /** What a removal does with the table. */
  readonly removal: StageConfig['removal']['tables'];
  /** @default an AWS-managed key */
  readonly key?: kms.IKey | undefined;
}

export interface BudgeteerTableProps extends TableContext {
  readonly name: string;
  readonly capacity: TableCapacity;
  /** @default no stream */
  readonly stream?: dynamodb.StreamViewType;
}

/** Share of the provisioned capacity that auto-scaling aims at. */
const targetUtilizationPercent = 70;
/** DynamoDB's own default is the same; it is stated, because the requirements state it. */
const scaleCooldown = Duration.seconds(60);

/** A table with keys `pk` and `sk` as the data model has them: scaled, encrypted, recoverable, hard to delete. */
export class BudgeteerTable extends dynamodb.Table {
  readonly #capacity: TableCapacity;
  readonly #key: kms.IKey | undefined;

  constructor(scope: Construct, id: string, props: BudgeteerTableProps) {
    super(scope, id, {
      tableName: physicalName(props.stage, props.name),
      partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
      sortKey: { name: 'sk', type: dynamodb.AttributeType.STRING },
      ...billing(props.capacity),
      ...(props.key
        ? { encryption: dynamodb.TableEncryption.CUSTOMER_MANAGED, encryptionKey: props.key }
        : { encryption: dynamodb.TableEncryption.AWS_MANAGED }),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: 'expiresAt',
      deletionProtection: props.removal === 'retain',
      removalPolicy: removalPolicies[props.removal],
      ...(props.stream && { stream: props.stream }),
    });
    this.#capacity = props.capacity;
    this.#key = props.key;
    if (props.capacity.mode === 'provisioned') {
      scale(this.autoScaleReadCapacity(limits(props.capacity.read)));
      scale(this.autoScaleWriteCapacity(limits(props.capacity.write)));
    }
  }

  /** Adds an index with the table's limits that scales by itself. */
  protected addScaledIndex(
    index: Omit<dynamodb.GlobalSecondaryIndexProps, 'readCapacity' | 'writeCapacity'>,
  ): void {
    const { billingMode: _, ...capacity } = billing(this.#capacity);
    this.addGlobalSecondaryIndex({ ...index, ...capacity });
    if (this.#capacity.mode === 'provisioned') {
      scale(this.autoScaleGlobalSecondaryIndexReadCapacity(index.indexName, limits(this.#capacity.read)));
      scale(this.autoScaleGlobalSecondaryIndexWriteCapacity(index.indexName, limits(this.#capacity.write)));
    }
  }

  /** Lets a function be fed by the stream. */
  grantReadStream(grantee: iam.IGrantable): void {
    const stream = this.tableStreamArn as string;
    allow(grantee, ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'], [stream]);
    // The one action of the four that IAM cannot limit to a stream.
    allow(grantee, ['dynamodb:ListStreams'], ['*']);
    allowKeyUse(grantee, this.#key);
  }

  /** Take-up: reads records again that a consumer of the stream gave up on. */
  grantReadRange(grantee: iam.IGrantable): void {
    allow(grantee, ['dynamodb:GetRecords', 'dynamodb:GetShardIterator'], [this.tableStreamArn as string]);
    this.allowKey(grantee);
  }

  /** Item actions on the table itself; its indexes are granted apart. */
  protected allowItems(grantee: iam.IGrantable, ...actions: string[]): void {
    allow(
      grantee,
      actions.map((action) => `dynamodb:${action}`),
      [this.tableArn],
    );
    this.allowKey(grantee);
  }

  /** What reading and writing encrypted items takes; nothing where AWS manages the key. */
  protected allowKey(grantee: iam.IGrantable): void {
    allowKeyUse(grantee, this.#key);
  }
}

function billing(capacity: TableCapacity) {
  if (capacity.mode === 'on-demand') return { billingMode: dynamodb.BillingMode.PAY_PER_REQUEST };
  return {
    billingMode: dynamodb.BillingMode.PROVISIONED,
    readCapacity: capacity.read.min,
    writeCapacity: capacity.write.min,
  };
}

const limits = ({ min, max }: CapacityRange) => ({ minCapacity: min, maxCapacity: max });

function scale(attribute: dynamodb.IScalableTableAttribute): void {
  attribute.scaleOnUtilization({
    targetUtilizationPercent,
    scaleInCooldown: scaleCooldown,
    scaleOutCooldown: scaleCooldown,
  });
}
