import type { Usage } from './invocation.ts';

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
  return usage !== undefined && promptTokens(usage) + usage.output + (usage.images ?? 0) > 0;
}
