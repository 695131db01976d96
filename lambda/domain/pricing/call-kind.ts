import type { Usage } from '../metering/invocation.ts';
import type { ModelKind } from './price-row.ts';

/** Words that makers put into the ids of models which are no chat models. */
const words: readonly (readonly [RegExp, ModelKind])[] = [
  [/embed/, 'embedding'],
  [/rerank/, 'rerank'],
  [/image|diffusion|canvas/, 'image'],
  [/video|reel/, 'video'],
];

/**
 * What kind of model a call of unknown price was made to: what it made tells it before the model's id does. Undefined
 * where nothing tells it.
 * @param name the model's id; undefined where the caller chose the name
 */
export function callKind(name: string | undefined, usage: Usage | undefined): ModelKind | undefined {
  if (usage?.video !== undefined) return 'video';
  if (usage !== undefined && usage.output > 0) return 'chat';
  if (usage?.images !== undefined) return 'image';
  if (usage?.documents !== undefined) return 'rerank';
  return words.find(([word]) => name !== undefined && word.test(name.toLowerCase()))?.[1];
}
