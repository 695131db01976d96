import { applyLogging, type LoggingPlan } from '../../domain/logging/apply-logging.ts';
import { type LoggingConfig, sameLogging } from '../../domain/logging/logging-config.ts';
import { restoreLogging } from '../../domain/logging/restore-logging.ts';
import type { Sleep } from '../ports/time.ts';
import {
  type InvocationLogging,
  type LogDestinations,
  type LoggingRecords,
  LoggingRefusedError,
} from '../ports/upkeep.ts';

/** The deployment and what it found in the account do not fit; the message says what to change. */
export class DeploymentConflictError extends Error {
  override name = 'DeploymentConflictError';
}

/** A plan, and what of those who listen is our own. */
export interface LoggingTask extends LoggingPlan {
  /** The function that the stage's own subscription calls. */
  readonly ingestArn: string;
  /** The EventBridge rule that brings us the bucket's objects. */
  readonly bucketRule: string;
}

export interface SetUpLoggingDeps {
  readonly logging: InvocationLogging;
  readonly records: LoggingRecords;
  readonly destinations: LogDestinations;
  readonly sleep: Sleep;
}

/** CloudWatch Logs allows so many on a log group. */
const subscriptionLimit = 2;
/** Bedrock tries the role at once, and a role that the same deployment has made is known everywhere after seconds. */
const writeTries = 13;
const writePauseMs = 5_000;
const readBacks = 6;
const readBackPauseMs = 1_000;

/**
 * Makes Bedrock write where the stage reads, without taking anything from anybody, and remembers what was there. Doing
 * it again changes nothing; doing it with another plan first thinks the old one away.
 * @returns one sentence about where the log goes.
 * @throws DeploymentConflictError where someone has to decide, LoggingRefusedError where Bedrock cannot write there.
 */
export async function setUpLogging(task: LoggingTask, deps: SetUpLoggingDeps): Promise<string> {
  const { logging, records } = deps;
  const current = await logging.read();
  const record = await records.find();
  const before = record ? restoreLogging(current, record) : current;
  const decision = applyLogging(before, task);
  if (decision.outcome === 'conflict') throw new DeploymentConflictError(decision.sentence);
  const { config, leftEmpty } = decision;
  await checkLogGroup(task, deps);
  await checkBucket(task, deps);

  if (!sameLogging(config, current)) {
    // Remembered first: a deployment that dies behind this line still knows what was there.
    await records.save({ before, applied: [...(record?.applied ?? []), config] });
    await write(config, deps);
  }
  await records.save({ before, applied: [config] });
  return summary(config, leftEmpty);
}

async function checkLogGroup(
  { logGroup, ingestArn, region }: LoggingTask,
  { destinations }: SetUpLoggingDeps,
): Promise<void> {
  if (!logGroup.declared) return;
  const subscriptions = await destinations.subscriptions(logGroup.name);
  if (subscriptions === undefined) {
    throw new DeploymentConflictError(
      `There is no log group "${logGroup.name}" in ${region}: create it, or correct logging.logGroup of the stage in ` +
        'lib/stages.ts, and deploy again.',
    );
  }
  const others = subscriptions.filter(({ destinationArn }) => destinationArn !== ingestArn);
  if (others.length < subscriptionLimit) return;
  throw new DeploymentConflictError(
    `The log group "${logGroup.name}" has its ${subscriptionLimit} subscription filters already ` +
      `(${others.map(({ name }) => `"${name}"`).join(', ')}) and none is free for metering: remove one of them, or ` +
      'have one stream feed both consumers, and deploy again.',
  );
}

async function checkBucket(
  { bucket, region }: LoggingTask,
  { destinations }: SetUpLoggingDeps,
): Promise<void> {
  if (!bucket.declared) return;
  const announces = await destinations.announcesObjects(bucket.name);
  if (announces) return;
  throw new DeploymentConflictError(
    announces === undefined
      ? `There is no bucket "${bucket.name}" in ${region} of this account: correct logging.bucket of the stage in ` +
          'lib/stages.ts, and deploy again.'
      : `The bucket "${bucket.name}" does not tell EventBridge of its objects: switch on "Amazon EventBridge" under ` +
          "the bucket's properties in the S3 console, and deploy again.",
  );
}

async function write(config: LoggingConfig, { logging, sleep }: SetUpLoggingDeps): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await logging.write(config);
      break;
    } catch (error) {
      if (!(error instanceof LoggingRefusedError) || tries >= writeTries) throw error;
      await sleep(writePauseMs);
    }
  }
  for (let reading = 1; !sameLogging(await logging.read(), config); reading++) {
    if (reading >= readBacks) {
      throw new DeploymentConflictError(
        'Bedrock shows another logging configuration than the one just written: someone else changes it at the ' +
          'same time, so look who (CloudTrail, PutModelInvocationLoggingConfiguration), and deploy again.',
      );
    }
    await sleep(readBackPauseMs);
  }
}

function summary({ cloudWatchConfig, s3Config }: LoggingConfig, leftEmpty: readonly string[]): string {
  const where = [
    cloudWatchConfig && `the log group "${cloudWatchConfig.logGroupName}"`,
    s3Config && `the bucket "${s3Config.bucketName}"`,
  ].filter((part) => part !== undefined);
  const empty = leftEmpty.map(
    (slot) => ` No ${slot} of ours: it would start to keep bodies too; set logging.copyBodies to have it.`,
  );
  return `Bedrock writes its invocation log to ${where.join(' and ')}.${empty.join('')}`;
}
