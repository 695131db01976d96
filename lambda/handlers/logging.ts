import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { loggingPropertiesSchema } from '../contracts/custom-resources.ts';
import { putLoggingBack } from '../use-cases/removal/put-logging-back.ts';
import {
  type LoggingTask,
  type SetUpLoggingDeps,
  setUpLogging,
} from '../use-cases/removal/set-up-logging.ts';
import type { CustomResourceActions } from './custom-resource.ts';

/** Creating and updating are the same: from what is there now to what the stage reads. */
export function loggingActions(deps: SetUpLoggingDeps): CustomResourceActions {
  const setUp = (event: CloudFormationCustomResourceEvent) => setUpLogging(taskOf(event), deps);
  return { create: setUp, update: setUp, remove: (event) => putLoggingBack(taskOf(event), deps) };
}

function taskOf({ ResourceProperties }: CloudFormationCustomResourceEvent): LoggingTask {
  const properties = loggingPropertiesSchema.parse(ResourceProperties);
  return {
    region: properties.Region,
    ingestArn: properties.IngestArn,
    bucketRule: properties.BucketRule,
    logGroup: {
      name: properties.LogGroupName,
      roleArn: properties.RoleArn,
      declared: properties.LogGroupDeclared,
    },
    bucket: { name: properties.BucketName, declared: properties.BucketDeclared },
    copyBodies: properties.CopyBodies,
  };
}
