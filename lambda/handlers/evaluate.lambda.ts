import { FunctionLogger } from '../adapters/runtime/function-logger.ts';
import { readEnvironment } from '../contracts/environment.ts';
import { aboutSubject } from '../contracts/log-keys.ts';
import { createEvaluate } from './evaluate.ts';
import { evaluateDeps } from './evaluate-deps.ts';

const logger = new FunctionLogger('evaluate');

export const handler = logger.handling(
  createEvaluate(evaluateDeps(readEnvironment('evaluate', process.env), import.meta.url), (error, subject) =>
    logger.error('A subject could not be evaluated; the stream delivers it again.', {
      error: error as Error,
      ...aboutSubject(subject),
    }),
  ),
);
