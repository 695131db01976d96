import { createHash } from 'node:crypto';
import { CfnOutput, type Stack } from 'aws-cdk-lib';
import type { StageConfig } from '../config.ts';
import { version } from '../shared/version.ts';
import { describeStage, descriptionKey } from '../stage-description.ts';

/**
 * Has a stack's template tell what the stage is: the commands read it from CloudFormation and need no checkout.
 *
 * CloudFormation does not update metadata alone. The outputs change with them: one for people, and a digest.
 */
export function describeItself(stack: Stack, config: StageConfig): void {
  const description = describeStage(config);
  stack.templateOptions.metadata = { ...stack.templateOptions.metadata, [descriptionKey]: description };
  new CfnOutput(stack, 'Version', { value: version, description: 'The version that is deployed' });
  new CfnOutput(stack, 'Described', {
    value: createHash('sha256').update(JSON.stringify(description)).digest('hex'),
    description: 'SHA-256 of what the template says of the stage',
  });
}
