import { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import type { FunctionName } from '../../contracts/environment.ts';
import { aboutSubject, type LogKeys } from '../../contracts/log-keys.ts';

/** The logger of one function: what it is asked to write is what it writes, and every line names the invocation. */
export class FunctionLogger extends Logger {
  constructor(name: FunctionName) {
    super({ serviceName: name });
  }

  /** Wraps the handler. Not powertools' `addContext`: it spells the request in a way of its own and adds five keys. */
  handling<E, A>(handler: (event: E, context: Context) => Promise<A>) {
    return (event: E, context: Context): Promise<A> => {
      this.appendKeys({ requestId: context.awsRequestId } satisfies LogKeys);
      return handler(event, context);
    };
  }

  /** Warns of a service that did not answer. @param principal whom the question was about */
  readonly unanswered = (problem: string, error: unknown, principal?: string): void =>
    this.warn(problem, {
      error: error as Error,
      ...(principal !== undefined && aboutSubject(principal)),
    });
}
