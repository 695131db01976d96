import { sameLogging } from '../domain/logging/logging-config.ts';
import { restoreLogging } from '../domain/logging/restore-logging.ts';
import { DeploymentConflictError, type LoggingTask, type SetUpLoggingDeps } from './set-up-logging.ts';

/**
 * Takes our destinations out of Bedrock's logging and puts back what was there, except where someone changed it since.
 * Safe to repeat: without a record there is nothing of ours.
 * @returns one sentence about what was done.
 * @throws DeploymentConflictError where others read the log group that goes away with this deployment.
 */
export async function putLoggingBack(
  { logGroup, ingestArn }: LoggingTask,
  { logging, records, destinations }: Omit<SetUpLoggingDeps, 'sleep'>,
): Promise<string> {
  const record = await records.find();
  if (record === undefined) return 'Nothing was changed, so nothing is put back.';
  const current = await logging.read();
  const restored = restoreLogging(current, record);
  if (!sameLogging(restored, current)) {
    if (!logGroup.declared) {
      const others = (await destinations.subscriptions(logGroup.name))?.filter(
        ({ destinationArn }) => destinationArn !== ingestArn,
      );
      if (others?.length) {
        throw new DeploymentConflictError(
          `The log group "${logGroup.name}" also feeds ${others.map(({ name }) => `"${name}"`).join(', ')}, which ` +
            'would go silent: remove that subscription, or the stage that it belongs to, and delete this stack again.',
        );
      }
    }
    await logging.write(restored);
  }
  await records.remove();
  return sameLogging(restored, current)
    ? 'Someone changed the logging configuration since, or nothing of it was ours: it stays as it is.'
    : restored === undefined
      ? 'Invocation logging is off, as it was before.'
      : 'The logging configuration is what it would be without this deployment.';
}
