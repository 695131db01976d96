import { DefaultStackSynthesizer, type IStackSynthesizer, type StackProps } from 'aws-cdk-lib';
import type { StageConfig } from '../config.ts';

/** Where a stage's stacks may go, and by which roles: without a pinned account or Region, to where the credentials point. */
export function placeOf({
  account,
  region,
  bootstrapQualifier: qualifier,
}: Pick<StageConfig, 'account' | 'region' | 'bootstrapQualifier'>): Pick<StackProps, 'env' | 'synthesizer'> {
  return {
    ...((account ?? region) !== undefined && {
      env: { ...(account && { account }), ...(region && { region }) },
    }),
    ...(qualifier !== DefaultStackSynthesizer.DEFAULT_QUALIFIER && {
      synthesizer: new DefaultStackSynthesizer({ qualifier }) as IStackSynthesizer,
    }),
  };
}
