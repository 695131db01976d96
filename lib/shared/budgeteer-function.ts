import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Environment, FunctionName, OwnEnvironment } from '../../lambda/contracts/environment.ts';
import type { HandlerCode } from '../bundles.ts';
import { allow } from './grant.ts';
import { ownPath, physicalName } from './naming.ts';

/** What every function of a stage shares. */
export interface FunctionContext {
  readonly stage: string;
  readonly code: HandlerCode;
  /** Encrypts the functions' logs. @default CloudWatch Logs' own key */
  readonly key?: kms.IKey | undefined;
}

export interface BudgeteerFunctionProps<F extends FunctionName> extends FunctionContext {
  readonly name: F;
  readonly description: string;
  /** Every variable that the function's contract names: a missing one does not compile. */
  readonly environment: OwnEnvironment<F>;
  readonly timeout: Duration;
  /** @default 256 MB: the handlers wait for AWS, they compute little */
  readonly memorySize?: number;
  /** @default none, the function shares the account's concurrency */
  readonly reservedConcurrentExecutions?: number;
}

/**
 * A Lambda with a role and a log group of its own. The role starts with nothing but writing that log group.
 *
 * No X-Ray: its write permission has to be on `*` in every role, the enforcer's too, and the JSON logs carry the
 * request, the subject and the execution already.
 */
export class BudgeteerFunction<F extends FunctionName> extends lambda.Function {
  constructor(scope: Construct, id: string, props: BudgeteerFunctionProps<F>) {
    const functionName = physicalName(props.stage, props.name);
    const logGroup = new logs.LogGroup(scope, `${id}Logs`, {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: logs.RetentionDays.SIX_MONTHS,
      ...(props.key && { encryptionKey: props.key }),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new iam.Role(scope, `${id}Role`, {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      path: ownPath,
      description: `Role of ${functionName} alone`,
    });
    super(scope, id, {
      functionName,
      description: props.description,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      handler: 'index.handler',
      code: props.code.of(props.name),
      role,
      logGroup,
      loggingFormat: lambda.LoggingFormat.JSON,
      environment: { STAGE: props.stage, ...props.environment } satisfies Environment<F>,
      timeout: props.timeout,
      memorySize: props.memorySize ?? 256,
      ...(props.reservedConcurrentExecutions && {
        reservedConcurrentExecutions: props.reservedConcurrentExecutions,
      }),
    });
    // Not `logGroup.grantWrite`: with a key it would also edit that key's policy, which another stack owns.
    allow(role, ['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]);
  }
}
