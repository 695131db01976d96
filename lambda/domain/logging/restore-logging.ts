import {
  hasDestination,
  type LogGroupPlace,
  type LoggingConfig,
  type LoggingRecord,
  switches,
} from './logging-config.ts';

/**
 * What logging is without us: each slot that still leads where we pointed it goes back to what it was, and whatever
 * someone changed since stays as they left it. Undefined means that logging is off.
 */
export function restoreLogging(
  current: LoggingConfig | undefined,
  { before, applied }: LoggingRecord,
): LoggingConfig | undefined {
  if (current === undefined) return undefined;
  const cloudWatchConfig = restoreGroup(current.cloudWatchConfig, before?.cloudWatchConfig, applied);
  const bucket = current.s3Config?.bucketName;
  const ours =
    bucket !== undefined &&
    bucket !== before?.s3Config?.bucketName &&
    applied.some(({ s3Config }) => s3Config?.bucketName === bucket);
  const s3Config = ours ? before?.s3Config : current.s3Config;
  const restored: LoggingConfig = {
    // We change the switches only where nothing had a destination, and then there is none to keep them for.
    ...switches(current),
    ...(cloudWatchConfig && { cloudWatchConfig }),
    ...(s3Config && { s3Config }),
  };
  if (hasDestination(restored)) return restored;
  return hasDestination(before) ? undefined : before;
}

function restoreGroup(
  current: LogGroupPlace | undefined,
  before: LogGroupPlace | undefined,
  applied: LoggingRecord['applied'],
): LogGroupPlace | undefined {
  if (current === undefined) return undefined;
  const ours = applied.filter(
    ({ cloudWatchConfig }) => cloudWatchConfig?.logGroupName === current.logGroupName,
  );
  if (ours.length === 0) return current;
  if (before === undefined || current.logGroupName !== before.logGroupName) return before;
  // Someone else's log group, to which we may have added a place for large bodies.
  const { largeDataDeliveryS3Config: large, ...group } = current;
  const added =
    large !== undefined &&
    large.bucketName !== before.largeDataDeliveryS3Config?.bucketName &&
    ours.some(
      ({ cloudWatchConfig }) => cloudWatchConfig?.largeDataDeliveryS3Config?.bucketName === large.bucketName,
    );
  const kept = added ? before.largeDataDeliveryS3Config : large;
  return { ...group, ...(kept && { largeDataDeliveryS3Config: kept }) };
}
