import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { StageConfig } from '../config.ts';
import { budgetPlace } from '../regions/region-choices.ts';
import { placeOf } from '../shared/place.ts';
import { BedrockCostBudget } from './bedrock-cost-budget.ts';

export interface BillStackProps {
  readonly stackName: string;
  readonly config: StageConfig;
}

/** Whether the stage has a budget of AWS's own, and somewhere to make it. */
export const hasBill = (config: StageConfig): boolean =>
  config.awsBudget.enabled &&
  config.settings.accountBudget.monthUsd !== undefined &&
  budgetPlace(config).where !== 'nowhere';

/**
 * AWS's own budget, in a stack of its own that is deployed last and that nothing waits for: it cannot be made where the payer
 * of a linked account has not enabled budgets. Where the Region has none it is made in another one.
 */
export class BillStack extends Stack {
  constructor(scope: Construct, id: string, { stackName, config }: BillStackProps) {
    const place = budgetPlace(config);
    const { env, ...rest } = placeOf(config);
    super(scope, id, {
      stackName,
      ...rest,
      ...(place.where === 'elsewhere' ? { env: { ...env, region: place.region } } : env && { env }),
      description: "Bedrock Budgeteer: AWS's own budget over the bill",
    });
    new BedrockCostBudget(this, 'BedrockCostBudget', {
      stage: config.stage,
      monthUsd: config.settings.accountBudget.monthUsd ?? '',
      scope: config.awsBudget,
      // Where the topic is, which may be another Region than this stack's.
      region: config.region ?? this.region,
    });
  }
}
