import { at, countIn, type JsonObject, objectIn } from './json.ts';
import { type UsageParts, usageParts } from './usage-parts.ts';

/** What a response body tells about tokens; a field is absent where it tells nothing. */
export interface BodyUsage {
  /** Net of the cache, also where the body's own count is not. */
  readonly input?: number;
  readonly output?: number;
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
  /** Classes of the cache write, where told. */
  readonly split?: { readonly '5m': number; readonly '1h': number; readonly '30m': number };
  /** The body's own count of the whole prompt, where what the cache served and took is a part of it (OpenAI's form). */
  readonly wholeInput?: number;
  /** What the parts of the usage prove, where it lists any. */
  readonly parts?: UsageParts;
}

/** Names of the same count in the bodies of Converse, Anthropic, Nova, OpenAI-style, Titan and Llama. */
const names = {
  input: [
    'inputTokens',
    'input_tokens',
    'inputTokenCount',
    'prompt_tokens',
    'inputTextTokenCount',
    'prompt_token_count',
  ],
  output: [
    'outputTokens',
    'output_tokens',
    'outputTokenCount',
    'completion_tokens',
    'totalOutputTextTokenCount',
    'generation_token_count',
  ],
  cacheRead: ['cacheReadInputTokens', 'cache_read_input_tokens', 'cacheReadInputTokenCount'],
  cacheWrite: ['cacheWriteInputTokens', 'cache_creation_input_tokens', 'cacheWriteInputTokenCount'],
} as const;

const fields = Object.entries(names) as [keyof typeof names, readonly string[]][];

/** Where OpenAI's forms tell what of the prompt the cache served and took: Chat Completions, and Responses. */
const detailNames = ['prompt_tokens_details', 'input_tokens_details'] as const;

/**
 * Where in a body or a stream event counts can stand; a later place knows better than an earlier one. Cohere's billed
 * units, the usage of a response inside its terminal event, and what Converse passes on of a model's own answer.
 */
const places = [
  ['meta', 'billed_units'],
  ['additionalModelResponseFields', 'usage'],
  ['usage'],
  ['metadata', 'usage'],
  ['response', 'usage'],
  ['amazon-bedrock-invocationMetrics'],
] as const;

/**
 * Counts in a response body. A stream's body is the list of its events, whose early counts are provisional: the last
 * one told wins, and events are never added up. The event that begins a message counts an output that is yet to come:
 * where no later one does, the stream broke off, and what it cost by then is not known.
 */
export function bodyUsage(body: unknown): BodyUsage {
  if (body === undefined) return {};
  const events = Array.isArray(body) ? body : [body];
  return Object.assign({}, ...events.map(eventUsage));
}

function eventUsage(event: unknown): BodyUsage {
  const object = objectIn(event);
  if (object === undefined) {
    return {};
  }
  const begun = objectIn(at(object, 'message', 'usage'));
  const { output: _provisional, ...beginning } = begun === undefined ? {} : countsOf(begun);
  // Titan and Llama tell at the root, and their names occur nowhere else there.
  const found = places.map((path) => at(object, ...path)).filter((value) => value !== undefined);
  const sources = [object, ...found.map(objectIn)];
  const told = sources.filter((source) => source !== undefined).map(countsOf);
  const parts = found.map((usage) => usageParts(usage, countsOf)).findLast((listed) => listed !== undefined);
  return Object.assign({}, titanResults(object), beginning, ...told, parts === undefined ? {} : { parts });
}

function countsOf(source: JsonObject): BodyUsage {
  const counts: { -readonly [field in keyof BodyUsage]: BodyUsage[field] } = {};
  for (const [field, keys] of fields) {
    for (const key of keys) {
      const count = countIn(at(source, key));
      if (count === undefined) continue;
      counts[field] = count;
      break;
    }
  }
  const split = splitOf(source);
  if (split !== undefined) counts.split = split;
  return withDetails(source, counts);
}

/** OpenAI's forms count the whole prompt, and beside it how much of that the cache served and took. */
function withDetails(source: JsonObject, counts: BodyUsage): BodyUsage {
  const details = detailNames.map((name) => objectIn(at(source, name))).find((found) => found !== undefined);
  const { input } = counts;
  if (details === undefined || input === undefined) return counts;
  const cacheRead = countIn(at(details, 'cached_tokens')) ?? 0;
  const cacheWrite = countIn(at(details, 'cache_write_tokens')) ?? 0;
  // More of the cache than there is of the prompt is no part of it: the count is net, as everywhere else.
  const isPart = cacheRead + cacheWrite <= input;
  return {
    ...counts,
    cacheRead: counts.cacheRead ?? cacheRead,
    cacheWrite: counts.cacheWrite ?? cacheWrite,
    ...(isPart && { input: input - cacheRead - cacheWrite, wholeInput: input }),
  };
}

/** Titan Text tells the output of each result; only here is there something to add up. */
function titanResults(body: JsonObject): BodyUsage {
  const results = at(body, 'results');
  if (!Array.isArray(results) || results.length === 0) {
    return {};
  }
  const counts = results.map((result) => countIn(at(result, 'tokenCount')));
  return counts.some((count) => count === undefined)
    ? {}
    : { output: counts.reduce<number>((sum, count) => sum + (count ?? 0), 0) };
}

function splitOf(usage: JsonObject): BodyUsage['split'] {
  return converseSplit(at(usage, 'cacheDetails')) ?? anthropicSplit(at(usage, 'cache_creation'));
}

function converseSplit(details: unknown): BodyUsage['split'] {
  if (!Array.isArray(details) || details.length === 0) {
    return undefined;
  }
  const split = { '5m': 0, '1h': 0, '30m': 0 };
  for (const detail of details) {
    const ttl = at(detail, 'ttl');
    const tokens = countIn(at(detail, 'inputTokens'));
    if (tokens === undefined || (ttl !== '5m' && ttl !== '1h' && ttl !== '30m')) {
      return undefined;
    }
    split[ttl] += tokens;
  }
  return split;
}

function anthropicSplit(creation: unknown): BodyUsage['split'] {
  const short = countIn(at(creation, 'ephemeral_5m_input_tokens'));
  const long = countIn(at(creation, 'ephemeral_1h_input_tokens'));
  return short === undefined && long === undefined
    ? undefined
    : { '5m': short ?? 0, '1h': long ?? 0, '30m': 0 };
}
