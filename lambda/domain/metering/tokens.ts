import type { Usage } from './invocation.ts';

/** Nothing, where a record is known to be of something that no token counts. */
export const noUsage: Usage = {
  input: 0,
  output: 0,
  cacheRead: 0,
  cacheWrite: { '5m': 0, '1h': 0, '30m': 0 },
  cacheWriteUnclassified: 0,
};

/** Tokens that went through the cache, read or written. */
export function cachedTokens(usage: Usage): number {
  const { '5m': short, '1h': long, '30m': half } = usage.cacheWrite;
  return usage.cacheRead + short + long + half + usage.cacheWriteUnclassified;
}

/** All that was read to answer: it decides whether the context was long. */
export function promptTokens(usage: Usage): number {
  return usage.input + cachedTokens(usage);
}

/** Whether anything was used at all. */
export function usedAnything(usage: Usage | undefined): boolean {
  if (usage === undefined) return false;
  const { output, images = 0, video, searches = 0, tools = {} } = usage;
  const ran = Object.values(tools).reduce((sum, count) => sum + count, 0);
  return promptTokens(usage) + output + images + (video?.milliseconds ?? 0) + searches + ran > 0;
}
