import type { Sleep } from '../ports/time.ts';

/** AWS says "a few minutes" at worst; reports of refusals after a changed policy end within tens of seconds. */
const pauseMs = 5_000;
const tries = 13;

/** Refused for a minute: no policy that was changed just now, but one that denies. */
export class StillRefusedError extends Error {
  override name = 'StillRefusedError';
}

/**
 * Does `work`, and again for a minute while AWS refuses it: a policy that the same deployment has changed is not known
 * everywhere at once. `work` has to be safe to repeat.
 * @throws StillRefusedError, whose sentence says what to check; any other error at once
 */
export async function outlastPropagation<T>(work: () => Promise<T>, sleep: Sleep): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await work();
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (tried >= tries) {
        const { message } = error as Error;
        throw new StillRefusedError(
          `${message} It was refused for a minute, longer than a changed policy takes to be known: look for a service control ` +
            "policy, a boundary of the function's role, or a policy of the resource itself that denies it, and deploy again.",
          { cause: error },
        );
      }
    }
    await sleep(pauseMs);
  }
}

/** Also as the cause of an error of ours: adapters wrap what AWS said. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return /^(AccessDenied|Forbidden|UnauthorizedOperation|403$)/.test(error.name) || isRefusal(error.cause);
}
