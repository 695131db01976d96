import { Aws, Stack } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { denyTexts } from '../../lambda/domain/deny-policies/deny-texts.ts';
import { priceBook } from '../../lambda/domain/pricing/price-book.ts';
import type { StageConfig } from '../config.ts';
import { placeOf } from '../shared/place.ts';
import { BudgetPolicies } from './budget-policies.ts';
import { EncryptionKey } from './encryption-key.ts';
import { TamperDeny } from './tamper-deny.ts';

export interface SecurityStackProps {
  readonly stackName: string;
  readonly config: StageConfig;
}

/** What enforcement may use, and what encrypts. */
export class SecurityStack extends Stack {
  /** Undefined where AWS manages the keys. */
  readonly key: kms.IKey | undefined;
  readonly policies: BudgetPolicies;

  constructor(scope: Construct, id: string, { stackName, config }: SecurityStackProps) {
    super(scope, id, {
      stackName,
      ...placeOf(config),
      description: 'Bedrock Budgeteer: deny-only policies, encryption key',
    });
    this.key =
      config.kms === 'customer-managed' ? new EncryptionKey(this, 'Key', { stage: config.stage }) : undefined;
    const tamper = {
      logGroup: config.logging.logGroup ?? config.invocationLogGroup,
      bootstrapQualifier: config.bootstrapQualifier,
    };
    this.policies = new BudgetPolicies(this, 'BudgetPolicies', {
      stage: config.stage,
      texts: denyTexts(priceBook, Aws.PARTITION, tamper),
      breakGlass: config.settings.breakGlass,
      haltSwitch: config.settings.haltSwitch !== 'off',
    });
    new TamperDeny(this, 'TamperDeny', { stage: config.stage, scope: tamper });
  }
}
