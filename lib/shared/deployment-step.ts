import { CustomResource, type CustomResourceProps, Duration } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';

export interface DeploymentStepProps extends Pick<CustomResourceProps, 'properties'> {
  readonly resourceType: string;
  /** Acts, and answers CloudFormation itself. */
  readonly handler: lambda.Function;
}

/** Time for a cold start and the answer, beyond the function's own. */
const slack = Duration.minutes(2);

/** Something that only a deployment or a removal does, by a function of its own. */
export class DeploymentStep extends CustomResource {
  constructor(scope: Construct, id: string, { handler, ...props }: DeploymentStepProps) {
    super(scope, id, {
      ...props,
      serviceToken: handler.functionArn,
      // A function that dies without an answer would otherwise keep the stack waiting for an hour.
      serviceTimeout: handler.timeout?.plus(slack) ?? slack,
    });
    // On the way in the permissions come first, on the way out they go last.
    this.node.addDependency(handler.role ?? handler);
  }
}
