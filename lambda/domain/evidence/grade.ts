import type { Invocation } from '../metering/invocation.ts';

/**
 * How well it is known that a call happened as its record says. `proof`: ingest itself read it from a bucket of the stage
 * that only Bedrock can write to. `claim`: everything else, since a log group takes lines from anyone who may put them.
 * `disproved`: a claim that Bedrock's own objects and AWS's own counters contradict; it stays in the ledger and costs
 * nothing, so that the same claim is not counted again with its next delivery.
 */
export type Evidence = 'proof' | 'claim' | 'disproved';

/** Where Bedrock keeps a log object, as its key tells. */
export interface ObjectPlace {
  readonly account: string;
  readonly region: string;
  /** UTC hour in which Bedrock wrote it: `2026-11-22T12`. */
  readonly hour: string;
}

/** From where ingest itself read lines. */
export type Origin =
  | { readonly kind: 'log' }
  /** @property place undefined where the bucket or the key is none of those that only Bedrock can write to */
  | { readonly kind: 'object'; readonly place: ObjectPlace | undefined };

/** Source: keys of real log objects, `docs/decisions/0025-proof-and-claim.md`. An owner's prefix may have any name. */
const objectKey =
  /^(?:[^/]+\/)*AWSLogs\/(\d{12})\/BedrockModelInvocationLogs\/([a-z]{2}(?:-[a-z]+)+-\d)\/(\d{4})\/(\d\d)\/(\d\d)\/(\d\d)\/\d{8}T\d{9}Z_[0-9a-f]{16}\.json\.gz$/;

/** Undefined for a key that is not of Bedrock's form in full: no such object is more than a claim. */
export function placeOfKey(key: string): ObjectPlace | undefined {
  const [, account, region, year, month, day, hour] = objectKey.exec(key) ?? [];
  if (account === undefined || region === undefined) return undefined;
  return { account, region, hour: `${year}-${month}-${day}T${hour}` };
}

/** The grade of a record: where it was read decides, and what an event said of itself never does. */
export function gradeOf(origin: Origin, { account, region }: Pick<Invocation, 'account' | 'region'>) {
  const place = origin.kind === 'object' ? origin.place : undefined;
  const own = place !== undefined && place.account === account && place.region === region;
  return own ? 'proof' : 'claim';
}
