import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { type EvaluateDeps, evaluateSubject } from '../use-cases/evaluate-subject.ts';
import { inOrder, keysOf } from './stream-batch.ts';

/** Each subject of a batch is looked at once, at its last record: a decision rests on what is true, not on the record. */
export function createEvaluate(deps: EvaluateDeps, report: (error: unknown, principal: string) => void) {
  return (event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    const last = new Map(event.Records.map((record) => [keysOf(record).pk, record]));
    return inOrder(
      event.Records,
      async (record) => {
        const { pk } = keysOf(record);
        if (last.get(pk) === record) await evaluateSubject(pk, deps);
      },
      report,
    );
  };
}
