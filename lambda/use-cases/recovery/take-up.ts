import type { GivenUp, StreamRange } from '../../contracts/given-up.ts';
import { StillFailingError } from '../ports/recovery.ts';

export interface TakeUpDeps {
  /** The records of a range, as Lambda hands them to a function, in portions that one call takes. */
  readonly records: (range: StreamRange) => AsyncIterable<readonly unknown[]>;
  /** Calls the function and waits. @returns its answer @throws where it fails */
  readonly call: (functionArn: string, event: unknown) => Promise<unknown>;
}

/**
 * Has a function do again what it gave up on. Each of them does nothing a second time, so it does not matter how much of
 * it was done.
 * @throws StillFailingError
 */
export async function takeUp(givenUp: GivenUp, { records, call }: TakeUpDeps): Promise<void> {
  const functionArn = unqualified(givenUp.requestContext.functionArn);
  if (!('DDBStreamBatchInfo' in givenUp)) {
    await call(functionArn, givenUp.requestPayload);
    return;
  }
  for await (const Records of records(givenUp.DDBStreamBatchInfo)) {
    const answer = (await call(functionArn, { Records })) as { batchItemFailures?: unknown[] } | null;
    if (answer?.batchItemFailures?.length) {
      const { startSequenceNumber: from } = givenUp.DDBStreamBatchInfo;
      throw new StillFailingError(`${functionArn} fails again on its stream's records from ${from} on.`);
    }
  }
}

/** `…:function:NAME` without a version behind it: that is what the caller may invoke. */
const unqualified = (arn: string): string => arn.split(':').slice(0, 7).join(':');
