import type { LoggingConfig } from '../../domain/logging/logging-config.ts';
import { sameLogging } from '../../domain/logging/logging-config.ts';
import { restoreLogging } from '../../domain/logging/restore-logging.ts';
import { DeploymentConflictError, type LoggingTask, type SetUpLoggingDeps } from './set-up-logging.ts';

type PutBackDeps = Omit<SetUpLoggingDeps, 'sleep'>;

/**
 * Takes our destinations out of Bedrock's logging and puts back what was there, except where someone changed it since.
 * Safe to repeat: without a record there is nothing of ours.
 * @returns one sentence about what was done.
 * @throws DeploymentConflictError where others read the log group or the bucket that Bedrock would write to no more.
 */
export async function putLoggingBack(task: LoggingTask, deps: PutBackDeps): Promise<string> {
  const { logging, records } = deps;
  const record = await records.find();
  if (record === undefined) return 'Nothing was changed, so nothing is put back.';
  const current = await logging.read();
  const restored = restoreLogging(current, record);
  const changes = !sameLogging(restored, current);
  if (changes) {
    await checkLogGroupReaders(task, deps);
    await checkBucketReaders(task, current, restored, deps);
    await logging.write(restored);
  }
  await records.remove();
  if (!changes)
    return 'Someone changed the logging configuration since, or nothing of it was ours: it stays as it is.';
  return restored === undefined
    ? 'Invocation logging is off, as it was before.'
    : 'The logging configuration is what it would be without this deployment.';
}

async function checkLogGroupReaders(
  { logGroup, ingestArn }: LoggingTask,
  { destinations }: PutBackDeps,
): Promise<void> {
  if (logGroup.declared) return;
  const others = (await destinations.subscriptions(logGroup.name))?.filter(
    ({ destinationArn }) => destinationArn !== ingestArn,
  );
  if (!others?.length) return;
  throw new DeploymentConflictError(
    `The log group "${logGroup.name}" also feeds ${quoted(others.map(({ name }) => name))}, which ` +
      'would go silent: remove that subscription, or the stage that it belongs to, and delete this stack again.',
  );
}

/** A stage may own the bucket alone, and share someone else's log group: then only EventBridge knows who reads it. */
async function checkBucketReaders(
  { bucket, bucketRule }: LoggingTask,
  current: LoggingConfig | undefined,
  restored: LoggingConfig | undefined,
  { destinations }: PutBackDeps,
): Promise<void> {
  const writes = (config: LoggingConfig | undefined) => config?.s3Config?.bucketName === bucket.name;
  if (bucket.declared || !writes(current) || writes(restored)) return;
  const others = (await destinations.rulesOn(bucket.name)).filter((name) => name !== bucketRule);
  if (others.length === 0) return;
  throw new DeploymentConflictError(
    `The bucket "${bucket.name}" is also read by the EventBridge rule ${quoted(others)}, which would go silent: ` +
      'remove that rule, or the stage that it belongs to, and delete this stack again.',
  );
}

const quoted = (names: readonly string[]) => names.map((name) => `"${name}"`).join(', ');
