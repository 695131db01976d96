import { at, countIn, objectIn, textIn } from './json.ts';

/** How often the service ran each of its own tools inside one call, by the tool's name. */
export type ServerTools = Readonly<Record<string, number>>;

const toolName = /^[A-Za-z][\w.-]{0,63}$/;
/** More than one answer can hold: what is above is not gone through. */
const mostTools = 20;
const mostRequests = 1_000;
/** Nova's web search: its answers may tell it by their citations alone. */
const webGrounding = 'nova_grounding';

/**
 * Requests of tools that the service itself ran for a call, which are billed beside the tokens. The response alone tells
 * them: a request only offers a tool, and a tool that the caller runs costs nothing here. Undefined where there is none.
 */
export function serverTools(responseBody: unknown): ServerTools | undefined {
  if (responseBody === undefined) return undefined;
  const events = Array.isArray(responseBody) ? responseBody : [responseBody];
  const seen = new Map<string, Set<string>>();
  const note = (name: string | undefined, id: string) => {
    if (name === undefined || !toolName.test(name)) return;
    const ids = seen.get(name) ?? new Set<string>();
    if (seen.size < mostTools || seen.has(name)) seen.set(name, ids.add(id));
  };
  let place = 0;
  const blocks = events.flatMap(blocksOf);
  for (const block of blocks) {
    place += 1;
    const { name, id } = requestIn(block) ?? {};
    note(name, id ?? `at ${place}`);
  }
  const counted = new Map([...seen].map(([name, ids]) => [name, ids.size]));
  for (const [name, count] of events.flatMap(countsOf)) {
    if (counted.size < mostTools || counted.has(name))
      counted.set(name, Math.max(count, counted.get(name) ?? 0));
  }
  // What is cited from the web was looked up, also where no block names the search.
  if (counted.size === 0 && blocks.some(citesWeb)) counted.set(webGrounding, 1);
  return counted.size === 0
    ? undefined
    : Object.fromEntries([...counted].map(([name, count]) => [name, Math.min(count, mostRequests)]));
}

interface ToolRequest {
  readonly name: string | undefined;
  readonly id: string | undefined;
}

/** A block by which a model asked its own service for a tool: in Converse, Anthropic's form or OpenAI's Responses. */
function requestIn(block: unknown): ToolRequest | undefined {
  const use = at(block, 'toolUse');
  if (at(use, 'type') === 'server_tool_use') {
    // Some of Nova's answers put its maker before the name.
    return { name: textIn(at(use, 'name'))?.replace(/^amazon\./, ''), id: textIn(at(use, 'toolUseId')) };
  }
  const result = at(block, 'toolResult');
  const resultOf = /^(nova_\w+)_result$/.exec(textIn(at(result, 'type')) ?? '')?.[1];
  if (resultOf !== undefined) return { name: resultOf, id: textIn(at(result, 'toolUseId')) };
  const type = textIn(at(block, 'type'));
  if (type === 'server_tool_use') return { name: textIn(at(block, 'name')), id: textIn(at(block, 'id')) };
  const name = hosted.exec(type ?? '')?.[1];
  return name === undefined ? undefined : { name, id: textIn(at(block, 'id')) };
}

/** Items of OpenAI's Responses for hosted tools; `function_call` and its like are the caller's own. */
const hosted = /^(web_search|file_search|code_interpreter|image_generation)_call$/;

/** Blocks of an answer, whole or in a stream's events. */
function blocksOf(event: unknown): readonly unknown[] {
  const lists = [
    at(event, 'output', 'message', 'content'),
    at(event, 'content'),
    at(event, 'message', 'content'),
    at(event, 'output'),
    at(event, 'response', 'output'),
  ];
  const single = [
    at(event, 'contentBlockStart', 'start'),
    at(event, 'contentBlockDelta', 'delta'),
    at(event, 'content_block'),
    at(event, 'item'),
  ];
  return [...lists.flatMap((list) => (Array.isArray(list) ? list : [])), ...single].filter(
    (block) => objectIn(block) !== undefined,
  );
}

function citesWeb(block: unknown): boolean {
  const citations = at(block, 'citationsContent', 'citations');
  const list = Array.isArray(citations) ? citations : [at(block, 'citation')];
  return list.some((citation) => objectIn(at(citation, 'location', 'web')) !== undefined);
}

const counter = /^([a-z][a-z_]{0,60})_requests$/;

/** Anthropic's usage counts them: `server_tool_use.web_search_requests`. */
function countsOf(event: unknown): readonly (readonly [string, number])[] {
  const usages = [at(event, 'usage'), at(event, 'message', 'usage')];
  return usages.flatMap((usage) =>
    Object.entries(objectIn(at(usage, 'server_tool_use')) ?? {}).flatMap(([key, value]) => {
      const name = counter.exec(key)?.[1];
      const count = countIn(value) ?? 0;
      return name === undefined || count === 0 ? [] : [[name, count] as const];
    }),
  );
}
