import type { CloudFormationCustomResourceEvent, CloudFormationCustomResourceResponse } from 'aws-lambda';
import type { Sleep } from '../use-cases/ports/time.ts';
import { outlastPropagation } from '../use-cases/removal/outlast-propagation.ts';

/** What a resource does when its stack is created, updated, deleted; each answers one sentence. */
export interface CustomResourceActions {
  readonly create: (event: CloudFormationCustomResourceEvent, remainingMs: () => number) => Promise<string>;
  readonly update: (event: CloudFormationCustomResourceEvent, remainingMs: () => number) => Promise<string>;
  readonly remove: (event: CloudFormationCustomResourceEvent, remainingMs: () => number) => Promise<string>;
}

export interface CustomResourceDeps {
  readonly actions: CustomResourceActions;
  readonly answer: (url: string, response: CloudFormationCustomResourceResponse) => Promise<void>;
  readonly sleep: Sleep;
  readonly report: (
    what: { resource: string; request: string; sentence: string },
    error: Error | undefined,
  ) => void;
}

/** Kept for the answer: all tries of it, each with its own time limit, end within this. */
const answerMs = 45_000;

/** The work did not end in time; what it began goes on from there when it is asked again. */
export class OutOfTimeError extends Error {
  override name = 'OutOfTimeError';
}

/**
 * CloudFormation's protocol: whatever happens is answered, work that hangs included, and a failure with the sentence that
 * says what to change. A function that is cut off would be called again and leave the stack waiting.
 *
 * The physical id never changes, because CloudFormation answers a changed one with a deletion of the old.
 */
export function createCustomResource({ actions, answer, report, sleep }: CustomResourceDeps) {
  return async (
    event: CloudFormationCustomResourceEvent,
    context: { getRemainingTimeInMillis(): number },
  ): Promise<void> => {
    const { RequestType: request, LogicalResourceId, RequestId, StackId } = event;
    const common = {
      StackId,
      RequestId,
      LogicalResourceId,
      PhysicalResourceId: 'PhysicalResourceId' in event ? event.PhysicalResourceId : LogicalResourceId,
    };
    const resource = LogicalResourceId;
    const remainingMs = () => context.getRemainingTimeInMillis() - answerMs;
    let response: CloudFormationCustomResourceResponse;
    try {
      const act = { Create: actions.create, Update: actions.update, Delete: actions.remove }[request];
      const sentence = await inTime(
        outlastPropagation(() => act(event, remainingMs), sleep),
        remainingMs(),
        `${request} of ${resource}`,
      );
      report({ resource, request, sentence }, undefined);
      response = { ...common, Status: 'SUCCESS', Data: { Summary: sentence } };
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      const sentence = error.message || error.name;
      report({ resource, request, sentence }, error);
      response = { ...common, Status: 'FAILED', Reason: sentence };
    }
    await answer(event.ResponseURL, response);
  };
}

async function inTime<T>(work: Promise<T>, milliseconds: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const say = () =>
      reject(new OutOfTimeError(`${what} did not end in time: do the same again, it goes on from there.`));
    timer = setTimeout(say, Math.max(milliseconds, 0));
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
