/** What is gone through of a request: bodies of more parts are larger than a log holds. */
const mostParts = 100_000;

/**
 * Whether a request asked for the cache class of one hour anywhere (Anthropic's `cache_control`, Converse's
 * `cachePoint`). It can only raise the price of a call, so what a caller invents costs nobody but the caller.
 */
export function asksForHour(requestBody: unknown): boolean {
  const open: unknown[] = [requestBody];
  for (let seen = 0; open.length > 0 && seen < mostParts; seen += 1) {
    const part = open.pop();
    if (typeof part !== 'object' || part === null) continue;
    for (const [key, value] of Object.entries(part)) {
      const isPoint = key === 'cache_control' || key === 'cachePoint';
      if (isPoint && (value as { ttl?: unknown } | null)?.ttl === '1h') return true;
      open.push(value);
    }
  }
  return false;
}
