import {
  BedrockClient,
  DeleteModelInvocationLoggingConfigurationCommand,
  GetModelInvocationLoggingConfigurationCommand,
  PutModelInvocationLoggingConfigurationCommand,
  type LoggingConfig as SdkLoggingConfig,
  type S3Config as SdkS3Config,
  ValidationException,
} from '@aws-sdk/client-bedrock';
import type { LoggingConfig, S3Place } from '../../domain/logging/logging-config.ts';
import { type InvocationLogging, LoggingRefusedError } from '../../use-cases/ports/upkeep.ts';

/** The logging configuration of the Region that the function runs in. */
export class BedrockLogging implements InvocationLogging {
  readonly #client: BedrockClient;

  constructor(client = new BedrockClient({ maxAttempts: 8 })) {
    this.#client = client;
  }

  async read(): Promise<LoggingConfig | undefined> {
    const { loggingConfig } = await this.#client.send(new GetModelInvocationLoggingConfigurationCommand({}));
    return loggingConfig && fromSdk(loggingConfig);
  }

  async write(config: LoggingConfig | undefined): Promise<void> {
    try {
      await (config
        ? this.#client.send(new PutModelInvocationLoggingConfigurationCommand({ loggingConfig: config }))
        : this.#client.send(new DeleteModelInvocationLoggingConfigurationCommand({})));
    } catch (cause) {
      if (!(cause instanceof ValidationException)) throw cause;
      throw new LoggingRefusedError(
        `Bedrock refuses the logging configuration: ${cause.message} Let Bedrock write to the named destination ` +
          '(policy of the bucket, role of the log group), and try again.',
        { cause },
      );
    }
  }
}

/** An empty name means the same as none, and could not be written back. Undefined where nothing is left. */
function fromSdk({ cloudWatchConfig, s3Config, ...switches }: SdkLoggingConfig): LoggingConfig | undefined {
  const bucket = placeOf(s3Config);
  const large = placeOf(cloudWatchConfig?.largeDataDeliveryS3Config);
  const group = cloudWatchConfig?.logGroupName
    ? {
        logGroupName: cloudWatchConfig.logGroupName,
        roleArn: cloudWatchConfig.roleArn ?? '',
        ...(large && { largeDataDeliveryS3Config: large }),
      }
    : undefined;
  const config = {
    ...switches,
    ...(group && { cloudWatchConfig: group }),
    ...(bucket && { s3Config: bucket }),
  };
  return Object.values(config).some((value) => value !== undefined) ? config : undefined;
}

function placeOf(config: SdkS3Config | undefined): S3Place | undefined {
  if (!config?.bucketName) return undefined;
  return { bucketName: config.bucketName, ...(config.keyPrefix && { keyPrefix: config.keyPrefix }) };
}
