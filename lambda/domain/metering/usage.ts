import { answeredWithImages, embeddedPicturesOnly, isEmbedding } from './body-images.ts';
import { type BodyUsage, bodyUsage } from './body-usage.ts';
import { asksForHour } from './cache-asked.ts';
import { type EnvelopeCount, type EnvelopeCounts, readCounts } from './envelope.ts';
import { invocationFlags, type Usage } from './invocation.ts';
import { at, type JsonObject } from './json.ts';
import { pieces } from './pieces.ts';
import type { PartCounts } from './usage-parts.ts';

export interface ReadUsage {
  /** Absent where neither envelope nor body tells any count. */
  readonly usage: Usage | undefined;
  readonly flags: readonly string[];
}

const classes = ['input', 'output', 'cacheRead', 'cacheWrite'] as const satisfies (keyof PartCounts)[];

/**
 * Counts of a record: the envelope's where it has them, else those of the response body, and never less than the parts
 * of the body's usage prove. Input is net of the cache, so nothing is subtracted. A cache count that nobody tells is 0,
 * as the log leaves it out where there was no cache.
 */
export function readUsage(record: JsonObject, requestBody: unknown, responseBody: unknown): ReadUsage {
  const counts = readCounts(record);
  const whole = bodyUsage(responseBody);
  const body = bodyBeside(counts, whole);
  const made = pieces(record, requestBody, responseBody);
  // What a caller writes into a request never makes up for a count that AWS does not tell.
  const byThePiece =
    answeredWithImages(responseBody) ||
    made.video !== undefined ||
    embeddedPicturesOnly(requestBody, responseBody);
  const countOf = (name: (typeof classes)[number]) => {
    const told = counts[name].value ?? body[name];
    const proven = body.parts?.counted[name];
    return told === undefined || proven === undefined ? (told ?? proven) : Math.max(told, proven);
  };
  const [input, output] = [countOf('input'), countOf('output')];
  const [cacheRead, cacheWrite] = [countOf('cacheRead'), countOf('cacheWrite')];
  const { parts } = body;
  const raised =
    parts !== undefined &&
    classes.some((name) => parts.counted[name] > (counts[name].value ?? body[name] ?? 0));
  const told = (input ?? output ?? cacheRead ?? cacheWrite) !== undefined;
  if (!told && Object.keys(made).length === 0) {
    return { usage: undefined, flags: [] };
  }
  const inputUnknown =
    input === undefined || isLost(counts.cacheRead, cacheRead) || isLost(counts.cacheWrite, cacheWrite);
  const declined = parts?.declined ?? 0;
  const flags: string[] = [];
  if (counts.input.value === undefined && counts.output.value === undefined)
    flags.push(invocationFlags.usageFromBody);
  // An image is paid by the piece: its tokens, if it has any, are not missed.
  if (inputUnknown && !byThePiece) flags.push(invocationFlags.inputUncounted);
  if (output === undefined && !byThePiece && !isEmbedding(responseBody))
    flags.push(invocationFlags.outputUncounted);
  if (raised) flags.push(invocationFlags.usageFromParts);
  if (declined > 0) flags.push(invocationFlags.attemptDeclined);
  if (mayIncludeCache(record, counts, whole, { input, cacheRead, cacheWrite }))
    flags.push(invocationFlags.inputMayIncludeCache);
  if (contradicts(counts, body)) flags.push(invocationFlags.bodyContradicts);
  const writes = classified(cacheWrite ?? 0, body.split);
  const usage = {
    input: input ?? 0,
    output: output ?? 0,
    cacheRead: cacheRead ?? 0,
    ...writes,
    ...made,
    ...(declined > 0 && { declined }),
    ...(writes.cacheWriteUnclassified > 0 && asksForHour(requestBody) && { cacheWriteAsked: '1h' as const }),
  };
  return { usage, flags };
}

/** Where the envelope's input is OpenAI's whole prompt, what the cache served of it stands in that count already. */
function bodyBeside({ input, cacheRead, cacheWrite }: EnvelopeCounts, body: BodyUsage): BodyUsage {
  const whole = body.wholeInput !== undefined && input.value === body.wholeInput;
  if (!whole || cacheRead.present || cacheWrite.present) return body;
  const { cacheRead: _served, cacheWrite: _taken, ...rest } = body;
  return rest;
}

/**
 * Whether the input of an OpenAI model may hold what its cache served: where the body tells how much of it that is, only
 * an envelope that counts the whole prompt leaves it open.
 */
function mayIncludeCache(
  record: JsonObject,
  counts: EnvelopeCounts,
  { wholeInput, cacheRead, cacheWrite }: BodyUsage,
  charged: { readonly [name in 'input' | 'cacheRead' | 'cacheWrite']: number | undefined },
): boolean {
  const cached = (charged.cacheRead ?? 0) + (charged.cacheWrite ?? 0);
  if (cached + (cacheRead ?? 0) + (cacheWrite ?? 0) === 0) return false;
  if (!/\bopenai\./.test(String(at(record, 'modelId')))) return false;
  if (wholeInput === undefined) return cached > 0 && (charged.input ?? 0) >= cached;
  return counts.input.value === wholeInput && (cacheRead ?? 0) + (cacheWrite ?? 0) > 0;
}

/** Whether both tell a count, and not the same; a body may give OpenAI's whole prompt where the envelope gives the rest. */
function contradicts(counts: EnvelopeCounts, body: BodyUsage): boolean {
  return classes.some((name) => {
    const own = counts[name].value;
    const other = body[name];
    const differs = own !== undefined && other !== undefined && own !== other;
    return differs && !(name === 'input' && own === body.wholeInput);
  });
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
