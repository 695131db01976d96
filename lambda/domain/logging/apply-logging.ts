import {
  deliversBodies,
  hasDestination,
  type LogGroupPlace,
  type LoggingConfig,
  noBodies,
  type S3Place,
  sameLogging,
  switches,
} from './logging-config.ts';

/** What a stage reads, and so wants Bedrock to write to. */
export interface LoggingPlan {
  readonly region: string;
  readonly logGroup: {
    readonly name: string;
    /** As whom Bedrock writes, where we have to say it. */
    readonly roleArn: string;
    /** The stage names it: it is someone else's. */
    readonly declared: boolean;
  };
  readonly bucket: { readonly name: string; readonly declared: boolean };
  /** Fill an empty slot although bodies, which go to the other one today, would then go to both. */
  readonly copyBodies: boolean;
}

export type LoggingDecision =
  | {
      readonly outcome: 'agreed';
      readonly config: LoggingConfig;
      /** Slots that stay empty, because filling them would copy bodies. */
      readonly leftEmpty: readonly ('log group' | 'bucket')[];
    }
  /** The sentence says what is there and what to change. */
  | { readonly outcome: 'conflict'; readonly sentence: string };

/**
 * Fills the empty slots of `found` and changes nothing else in it. A full slot has to be the one that the stage reads.
 *
 * Bodies are delivered to every destination or to none, so a slot that is filled while bodies are delivered would
 * start to keep prompts in a second place: such a slot stays empty, unless the stage names it or asks for the copy.
 */
export function applyLogging(found: LoggingConfig | undefined, plan: LoggingPlan): LoggingDecision {
  const { logGroup, bucket, copyBodies } = plan;
  const group = found?.cloudWatchConfig;
  const place = found?.s3Config;
  if (
    (group !== undefined && group.logGroupName !== logGroup.name) ||
    (place !== undefined && place.bucketName !== bucket.name)
  ) {
    return { outcome: 'conflict', sentence: otherDestinations(group, place, plan.region) };
  }

  const mayCopy = copyBodies || !deliversBodies(found);
  const s3Config = place ?? (mayCopy || bucket.declared ? { bucketName: bucket.name } : undefined);
  const cloudWatchConfig = group
    ? withLargeData(group, copyBodies ? s3Config : undefined)
    : mayCopy || logGroup.declared
      ? withLargeData(
          { logGroupName: logGroup.name, roleArn: logGroup.roleArn },
          mayCopy ? s3Config : undefined,
        )
      : undefined;
  const config: LoggingConfig = {
    // Without a destination nothing was delivered, whatever the switches said.
    ...(hasDestination(found) ? switches(found) : noBodies),
    ...(cloudWatchConfig && { cloudWatchConfig }),
    ...(s3Config && { s3Config }),
  };
  // Writing the configuration hands the role to Bedrock again, and the deployment may hand over only roles it knows.
  if (group !== undefined && group.roleArn !== logGroup.roleArn && !sameLogging(config, found)) {
    return { outcome: 'conflict', sentence: unknownRole(group, plan.region) };
  }
  return {
    outcome: 'agreed',
    config,
    leftEmpty: [
      ...(cloudWatchConfig ? [] : (['log group'] as const)),
      ...(s3Config ? [] : (['bucket'] as const)),
    ],
  };
}

function withLargeData(group: LogGroupPlace, bucket: S3Place | undefined): LogGroupPlace {
  const largeDataDeliveryS3Config = group.largeDataDeliveryS3Config ?? bucket;
  return { ...group, ...(largeDataDeliveryS3Config && { largeDataDeliveryS3Config }) };
}

function otherDestinations(
  group: LogGroupPlace | undefined,
  place: S3Place | undefined,
  region: string,
): string {
  const where = [
    group && `the log group "${group.logGroupName}"`,
    place && `the bucket "${place.bucketName}"`,
  ].filter((part) => part !== undefined);
  const fields = [
    group && `logGroup: '${group.logGroupName}', roleArn: '${group.roleArn}'`,
    place && `bucket: '${place.bucketName}'`,
  ].filter((part) => part !== undefined);
  return (
    `Bedrock already writes its invocation log in ${region} to ${where.join(' and to ')}, and this stage reads others: ` +
    `put "logging: { ${fields.join(', ')} }" into the stage in lib/stages.ts to share them, ` +
    'or turn that logging off, and deploy again.'
  );
}

function unknownRole(group: LogGroupPlace, region: string): string {
  return (
    `Bedrock writes to the log group "${group.logGroupName}" in ${region} as the role ${group.roleArn}, which this ` +
    `stage does not name: put "roleArn: '${group.roleArn}'" beside logGroup into "logging" of the stage in ` +
    'lib/stages.ts, and deploy again.'
  );
}
