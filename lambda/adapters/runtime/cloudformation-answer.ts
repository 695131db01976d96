import type { CloudFormationCustomResourceResponse } from 'aws-lambda';
import type { Sleep } from '../../use-cases/ports/time.ts';

/** CloudFormation did not take the answer: the stack waits until its service timeout. */
export class AnswerNotTakenError extends Error {
  override name = 'AnswerNotTakenError';
}

const tries = 6;
const firstPauseMs = 500;
const tryMs = 4_000;
/** The whole answer may have 4096 bytes; this leaves room for the identifiers. */
const longestReason = 1_500;

/**
 * Puts the answer where CloudFormation waits for it. The address is a credential and must not get into a log, an error
 * included.
 * @throws AnswerNotTakenError after about 15 s of tries, 40 s where each of them hangs.
 */
export async function answerCloudFormation(
  url: string,
  response: CloudFormationCustomResourceResponse,
  sleep: Sleep,
): Promise<void> {
  const body = JSON.stringify({ ...response, Reason: response.Reason?.slice(0, longestReason) });
  for (let tried = 1; ; tried++) {
    const problem = await put(url, body);
    if (problem === undefined) return;
    if (tried >= tries) {
      throw new AnswerNotTakenError(
        `CloudFormation did not take the answer of ${response.LogicalResourceId} (${problem}): deploy again.`,
      );
    }
    await sleep(firstPauseMs * 2 ** (tried - 1));
  }
}

/** What went wrong, in words without the address. */
async function put(url: string, body: string): Promise<string | undefined> {
  try {
    // The address is signed for an empty content type.
    const { ok, status } = await fetch(url, {
      method: 'PUT',
      body,
      headers: { 'content-type': '' },
      signal: AbortSignal.timeout(tryMs),
    });
    return ok ? undefined : `status ${status}`;
  } catch (error) {
    return error instanceof Error ? error.name : 'no connection';
  }
}
