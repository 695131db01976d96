import type { StackProps } from 'aws-cdk-lib';
import type { StageConfig } from '../config.ts';

/** Where a stage's stacks may go: without a pinned account or Region, to where the credentials point. */
export function placeOf({
  account,
  region,
}: Pick<StageConfig, 'account' | 'region'>): Pick<StackProps, 'env'> {
  if (account === undefined && region === undefined) return {};
  return { env: { ...(account && { account }), ...(region && { region }) } };
}
