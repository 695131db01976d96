import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { type EvaluateDeps, evaluateSubject, type Touch } from '../use-cases/deciding/evaluate-subject.ts';
import { keysOf } from './stream-batch.ts';

/**
 * Each subject of a batch is evaluated once: a decision rests on the stored state, not on the record. A failure does not stop
 * the others. The stream continues from the first failed record; a second evaluation of a subject changes nothing.
 */
export function createEvaluate(deps: EvaluateDeps, report: (error: unknown, principal: string) => void) {
  return async ({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    const failed = new Set<string>();
    for (const [subject, records = []] of Map.groupBy(Records, (record) => keysOf(record).pk)) {
      try {
        await evaluateSubject(subject, deps, records.flatMap(touchOf));
      } catch (error) {
        report(error, subject);
        failed.add(subject);
      }
    }
    const first = Records.find((record) => failed.has(keysOf(record).pk));
    return {
      batchItemFailures:
        first === undefined ? [] : [{ itemIdentifier: first.dynamodb?.SequenceNumber ?? '' }],
    };
  };
}

/** The window whose balance a record is about, and the call that it was posted for. */
function touchOf(record: DynamoDBRecord): Touch[] {
  const [kind, window] = keysOf(record).sk.split('#');
  if (kind !== 'BAL' || window === undefined) return [];
  return [{ window, newestCall: record.dynamodb?.NewImage?.['newestCall']?.S }];
}
