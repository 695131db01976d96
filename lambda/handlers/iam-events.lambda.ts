import { FunctionLogger } from '../adapters/runtime/function-logger.ts';
import { readEnvironment } from '../contracts/environment.ts';
import { answerIamEvent, type TrailEnvelope } from './iam-events.ts';
import { iamEventsDeps } from './iam-events-deps.ts';

const logger = new FunctionLogger('iam-events');
const depsOfOneEvent = iamEventsDeps(readEnvironment('iam-events', process.env), import.meta.url, logger);

export const handler = logger.handling(async (envelope: TrailEnvelope): Promise<void> => {
  const outcome = await answerIamEvent(envelope, depsOfOneEvent());
  if (outcome === undefined) return;
  const { event, onboarding, drift } = outcome;
  if (drift === 'own' || (drift === 'none' && onboarding === 'left-alone')) return;
  const { id, name, kind, actor } = event;
  logger.info('An event of IAM was answered.', { event: { id, name, kind, actor }, onboarding, drift });
});
