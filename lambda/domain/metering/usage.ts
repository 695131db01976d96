import { answeredWithImages } from './body-images.ts';
import { bodyUsage } from './body-usage.ts';
import { type EnvelopeCount, readCounts } from './envelope.ts';
import { invocationFlags, type Usage } from './invocation.ts';
import { at, type Json } from './json.ts';
import { pieces } from './pieces.ts';

export interface ReadUsage {
  /** Absent where neither envelope nor body tells any count. */
  readonly usage: Usage | undefined;
  readonly flags: readonly string[];
}

/**
 * Counts of a record: the envelope's where it has them, else those of the response body. Input is net of the cache, so
 * nothing is subtracted. A cache count that nobody tells is 0, as the log leaves it out where there was no cache.
 */
export function readUsage(record: Json, requestBody: unknown, responseBody: unknown): ReadUsage {
  const counts = readCounts(record);
  const body = bodyUsage(responseBody);
  const made = pieces(record, requestBody, responseBody);
  // What a caller writes into a request never makes up for a count that AWS does not tell.
  const byThePiece = answeredWithImages(responseBody) || made.video !== undefined;
  const input = counts.input.value ?? body.input;
  const output = counts.output.value ?? body.output;
  const cacheRead = counts.cacheRead.value ?? body.cacheRead;
  const cacheWrite = counts.cacheWrite.value ?? body.cacheWrite;
  const told = [input, output, cacheRead, cacheWrite].some((count) => count !== undefined);
  if (!told && Object.keys(made).length === 0) {
    return { usage: undefined, flags: [] };
  }
  const inputUnknown =
    input === undefined || isLost(counts.cacheRead, cacheRead) || isLost(counts.cacheWrite, cacheWrite);
  const flags = [
    ...(counts.input.value === undefined && counts.output.value === undefined
      ? [invocationFlags.usageFromBody]
      : []),
    // An image is paid by the piece: its tokens, if it has any, are not missed.
    ...(inputUnknown && !byThePiece ? [invocationFlags.inputUncounted] : []),
    ...(output === undefined && !byThePiece && !isEmbedding(responseBody)
      ? [invocationFlags.outputUncounted]
      : []),
  ];
  const usage = {
    input: input ?? 0,
    output: output ?? 0,
    cacheRead: cacheRead ?? 0,
    ...classified(cacheWrite ?? 0, body.split),
    ...made,
  };
  return { usage, flags };
}

/** A count that is there but unusable, and that no body replaces, is not 0. */
function isLost(count: EnvelopeCount, resolved: number | undefined): boolean {
  return count.present && resolved === undefined;
}

/** The body's classes count only where they add up to the total that is billed. */
function classified(
  total: number,
  split: Usage['cacheWrite'] | undefined,
): Pick<Usage, 'cacheWrite' | 'cacheWriteUnclassified'> {
  if (split !== undefined && split['5m'] + split['1h'] + split['30m'] === total) {
    return { cacheWrite: split, cacheWriteUnclassified: 0 };
  }
  return { cacheWrite: { '5m': 0, '1h': 0, '30m': 0 }, cacheWriteUnclassified: total };
}

function isEmbedding(responseBody: unknown): boolean {
  return at(responseBody, 'embedding') !== undefined || at(responseBody, 'embeddings') !== undefined;
}
