import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { physicalName } from './naming.ts';

/** Of a function by its name: one of another stack, which is deployed later or must not be depended on. */
export const namedFunctionArn = (scope: Construct, stage: string, name: string): string =>
  Stack.of(scope).formatArn({
    service: 'lambda',
    resource: 'function',
    resourceName: physicalName(stage, name),
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
