import { RemovalPolicy } from 'aws-cdk-lib';
import type { StageConfig } from '../config.ts';

/**
 * What CloudFormation does with data when its stack is deleted. Kept data is let go of in one case: where the deployment
 * that was to make it fails, because what then stays has no data, and its name would stop the next try.
 */
export const removalPolicies: Readonly<Record<StageConfig['removal']['tables'], RemovalPolicy>> = {
  retain: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  delete: RemovalPolicy.DESTROY,
};
