import type { LoggingConfig } from '../../../lambda/domain/logging/logging-config.ts';
import type { LocalAssembly } from '../assembly/local-assembly.ts';
import type { Authorizer } from './authorizer.ts';
import { type AwsResponse, errorAnswer, jsonAnswer } from './aws-error.ts';
import type { AwsRequest } from './aws-request.ts';
import type { LoggingRegion } from './logging-region.ts';

/** The one stream that Bedrock writes to. */
export const bedrockLogStream = 'aws/bedrock/modelinvocations';

export interface BedrockLoggingApiDeps {
  readonly region: LoggingRegion;
  readonly assembly: LocalAssembly;
  readonly authorizer: Authorizer;
}

/** Bedrock's API of the logging configuration. Like Bedrock, it takes only what it can write to. */
export class BedrockLoggingApi {
  readonly #deps: BedrockLoggingApiDeps;

  constructor(deps: BedrockLoggingApiDeps) {
    this.#deps = deps;
  }

  /** @throws Error for an operation that is not imitated */
  serve({ operation, body, protocol }: AwsRequest): AwsResponse {
    const { region } = this.#deps;
    switch (operation) {
      case 'GetModelInvocationLoggingConfiguration':
        return jsonAnswer(region.logging ? { loggingConfig: region.logging } : {});
      case 'PutModelInvocationLoggingConfiguration': {
        const wanted = body['loggingConfig'] as LoggingConfig;
        const message = this.#obstacle(wanted);
        if (message) return errorAnswer(protocol, { code: 'ValidationException', message });
        region.logging = structuredClone(wanted);
        return jsonAnswer({});
      }
      case 'DeleteModelInvocationLoggingConfiguration':
        region.logging = undefined;
        return jsonAnswer({});
      default:
        throw new Error(
          `The local stack does not imitate Bedrock's ${operation}: add it to bedrock-logging-api.ts.`,
        );
    }
  }

  #obstacle({ cloudWatchConfig: group, s3Config: place }: LoggingConfig): string | undefined {
    if (group && !this.#writesToGroup(group.logGroupName, group.roleArn)) {
      return (
        `Failed to validate permissions for log group: ${group.logGroupName}, with role: ${group.roleArn}. ` +
        'Verify the IAM role permissions are correct.'
      );
    }
    for (const bucket of [place, group?.largeDataDeliveryS3Config]) {
      if (bucket && !this.#writesToBucket(bucket.bucketName)) {
        return `Failed to validate permissions for S3 bucket: ${bucket.bucketName}. Verify the bucket policy.`;
      }
    }
    return undefined;
  }

  /** A role or bucket of someone else is taken to be in order. */
  #writesToGroup(name: string, roleArn: string): boolean {
    const { region, assembly, authorizer } = this.#deps;
    if (!region.logGroups.has(name)) return false;
    if (!assembly.roles.some(({ arn }) => arn === roleArn)) return true;
    const { region: where, account } = assembly.place;
    const stream = `arn:aws:logs:${where}:${account}:log-group:${name}:log-stream:${bedrockLogStream}`;
    const refusals = [
      authorizer.trustRefusal('Bedrock', roleArn, 'bedrock', `arn:aws:bedrock:${where}:${account}:*`),
      authorizer.roleRefusal('Bedrock', roleArn, 'logs:CreateLogStream', stream),
      authorizer.roleRefusal('Bedrock', roleArn, 'logs:PutLogEvents', stream),
    ];
    return refusals.every((refusal) => refusal === undefined);
  }

  #writesToBucket(name: string): boolean {
    const { region, assembly, authorizer } = this.#deps;
    const own = assembly.buckets.find((bucket) => bucket.name === name);
    if (!own) return region.buckets.has(name);
    const { region: where, account } = assembly.place;
    const refusal = authorizer.serviceRefusal({
      service: 'bedrock.amazonaws.com',
      action: 's3:PutObject',
      resourceArn: `${own.arn}/AWSLogs/${account}/BedrockModelInvocationLogs/amazon-bedrock-logs-permission-check`,
      sourceArn: `arn:aws:bedrock:${where}:${account}:*`,
    });
    return refusal === undefined;
  }
}
