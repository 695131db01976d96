import { isCalendarDay } from '../calendar-day.ts';
import { remembered } from '../remembered.ts';
import type { Invocation } from './invocation.ts';
import { at, countIn, type JsonObject, textIn } from './json.ts';

/** The fields without which a record cannot be posted. */
export interface Envelope {
  readonly fields: Pick<
    Invocation,
    'requestId' | 'timestamp' | 'account' | 'region' | 'operation' | 'modelId' | 'identityArn'
  >;
  readonly errorCode: string | undefined;
}

/** One count of the envelope: absent is not the same as present but unusable. */
export interface EnvelopeCount {
  readonly present: boolean;
  readonly value: number | undefined;
}

export interface EnvelopeCounts {
  readonly input: EnvelopeCount;
  readonly output: EnvelopeCount;
  readonly cacheRead: EnvelopeCount;
  readonly cacheWrite: EnvelopeCount;
}

/** Parts of keys: the separator must not occur in them, and DynamoDB bounds their length in bytes. */
const keyPart = /^[!"$-~]{1,200}$/;
const utc = /^(\d{4}-\d\d-\d\d)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?Z$/;
const longestModelId = 2048;
const longestOperation = 100;

/** The fields of a record, or one sentence on what is missing. The sentence never quotes the record. */
export function readEnvelope(record: JsonObject): Envelope | { readonly defect: string } {
  const requestId = keyPartAt(record, 'requestId');
  const account = keyPartAt(record, 'accountId');
  const region = keyPartAt(record, 'region');
  const timestamp = textIn(at(record, 'timestamp'));
  const modelId = textIn(at(record, 'modelId'));
  if (requestId === undefined) {
    return defect('requestId');
  }
  if (timestamp === undefined) {
    return defect('timestamp');
  }
  if (account === undefined) {
    return defect('accountId');
  }
  if (region === undefined) {
    return defect('region');
  }
  if (modelId === undefined || modelId.length > longestModelId) {
    return defect('modelId');
  }
  if (!isInstant(timestamp)) {
    return {
      defect: 'The timestamp of the record is no instant in UTC: expected the form 2026-11-22T12:00:00Z.',
    };
  }
  const identityArn = textIn(at(record, 'identity', 'arn'));
  return {
    fields: { requestId, timestamp, account, region, modelId, operation: operationIn(record), identityArn },
    errorCode: textIn(at(record, 'errorCode')),
  };
}

export function readCounts(record: JsonObject): EnvelopeCounts {
  return {
    input: countAt(record, 'input', 'inputTokenCount'),
    output: countAt(record, 'output', 'outputTokenCount'),
    cacheRead: countAt(record, 'input', 'cacheReadInputTokenCount'),
    cacheWrite: countAt(record, 'input', 'cacheWriteInputTokenCount'),
  };
}

function countAt(record: JsonObject, ...path: readonly string[]): EnvelopeCount {
  const found = at(record, ...path);
  return { present: found !== undefined && found !== null, value: countIn(found) };
}

function keyPartAt(record: JsonObject, key: string): string | undefined {
  const found = at(record, key);
  return typeof found === 'string' && keyPart.test(found) ? found : undefined;
}

function operationIn(record: JsonObject): string {
  const operation = textIn(at(record, 'operation'));
  return operation !== undefined && operation.length <= longestOperation ? operation : 'unknown';
}

function defect(field: string): { readonly defect: string } {
  return { defect: `The record has no usable ${field}: without it the request cannot be posted.` };
}

const isInstant = (text: string): boolean => isDay(utc.exec(text)?.[1] ?? '');

/** Rejects what `Date` would silently turn into another day, such as 30 February. */
const isDay = remembered(isCalendarDay);
