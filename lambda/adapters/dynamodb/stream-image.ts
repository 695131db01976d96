import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { SubjectState } from '../../domain/control/state.ts';
import { stateOf } from './stored-version.ts';

/** The state that a stream record's new image of a `STATE` item carries. */
export function stateOfImage(image: unknown): SubjectState {
  return stateOf(unmarshall(image as Record<string, AttributeValue>)) as SubjectState;
}
