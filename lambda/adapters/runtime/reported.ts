import type { Logger } from '@aws-lambda-powertools/logger';

/** A delivery that is not what its source sends. The cause stays behind: it quotes the text that it could not read. */
export class UnreadableDeliveryError extends Error {
  override name = 'UnreadableDeliveryError';
}

/**
 * Does the work and logs why it failed. Lambda logs what a handler throws, and V8 quotes what it could not parse, so an
 * error about the text itself is replaced: nothing of an invocation log may reach ours.
 */
export async function reported<T>(logger: Logger, message: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const safe =
      error instanceof SyntaxError
        ? new UnreadableDeliveryError('The delivery is no JSON: look for it in the dead letters.')
        : (error as Error);
    logger.error(message, safe);
    throw safe;
  }
}
