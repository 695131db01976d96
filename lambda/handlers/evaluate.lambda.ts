import { Logger } from '@aws-lambda-powertools/logger';
import { readEnvironment } from '../contracts/environment.ts';
import { createEvaluate } from './evaluate.ts';
import { evaluateDeps } from './evaluate-deps.ts';

const logger = new Logger({ serviceName: 'evaluate' });

export const handler = createEvaluate(
  evaluateDeps(readEnvironment('evaluate', process.env), import.meta.url),
  (error, principal) =>
    logger.error('A subject could not be evaluated; the stream delivers it again.', {
      error: error as Error,
      principal,
    }),
);
