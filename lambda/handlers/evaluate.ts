import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { type EvaluateDeps, evaluateSubject, type Touch } from '../use-cases/deciding/evaluate-subject.ts';
import { keysOf } from './stream-batch.ts';

/**
 * Each subject of a batch is evaluated once: a decision rests on the stored state, not on the record. A failure does not stop
 * the others, and makes its subject due, so that the sweep goes on where the stream gives up. The stream continues from the
 * first failed record; a second evaluation of a subject changes nothing.
 */
export function createEvaluate(deps: EvaluateDeps, report: (error: unknown, principal: string) => void) {
  return async ({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    const failed = new Set<string>();
    const wanted = Records.filter(asksForEvaluation);
    for (const [subject, records = []] of Map.groupBy(wanted, (record) => keysOf(record).pk)) {
      try {
        await evaluateSubject(subject, deps, records.flatMap(touchOf));
      } catch (error) {
        report(error, subject);
        failed.add(subject);
        await makeDue(subject, deps, report);
      }
    }
    const first = wanted.find((record) => failed.has(keysOf(record).pk));
    return {
      batchItemFailures:
        first === undefined ? [] : [{ itemIdentifier: first.dynamodb?.SequenceNumber ?? '' }],
    };
  };
}

/** What the event source lets through; whoever takes up a failed batch reads the stream as it is. */
function asksForEvaluation(record: DynamoDBRecord): boolean {
  const { sk } = keysOf(record);
  return sk.startsWith('BAL#') || sk === 'BUDGET' || sk === 'EVALUATE';
}

async function makeDue(
  subject: string,
  { subjects, clock }: EvaluateDeps,
  report: (error: unknown, principal: string) => void,
): Promise<void> {
  try {
    await subjects.setDue(subject, clock());
  } catch (error) {
    report(error, subject);
  }
}

/** The window whose balance a record is about, and the call that it was posted for. */
function touchOf(record: DynamoDBRecord): Touch[] {
  const [kind, window] = keysOf(record).sk.split('#');
  if (kind !== 'BAL' || window === undefined) return [];
  return [{ window, newestCall: record.dynamodb?.NewImage?.['newestCall']?.S }];
}
