import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { SubjectState } from '../../domain/control/state.ts';

/** The state that a stream record's new image of a `STATE` item carries. */
export function stateOfImage(image: unknown): SubjectState {
  return unmarshall(image as Record<string, AttributeValue>)['state'] as SubjectState;
}
