import type { Usage } from '../metering/invocation.ts';
import { promptTokens } from '../metering/tokens.ts';

/** Queries that a ranking call is billed for, and how they are known. */
export interface Queries {
  readonly quantity: number;
  /** The most that it can be, where the record leaves it open. */
  readonly worst: number;
  readonly flags: readonly string[];
}

/** A ranking call is billed by the query of up to 100 documents, each of them in chunks of some length. */
const queryFlags = {
  /** The request's body counts the documents; that each is one chunk is assumed. */
  counted: 'queries-from-documents',
  /** The tokens that the record counts prove more chunks than there are documents: at least so many queries. */
  proven: 'queries-from-tokens',
  /** Nobody counts the documents: one query is assumed. */
  assumed: 'one-query-assumed',
} as const;

const chunksPerQuery = 100;
/** A longer document, with the query, counts as several. */
const tokensPerChunk = 512;
/** A call can rank up to 1,000 documents. */
const mostQueries = 10;

/** By the answer's own count where it has one, else by the documents; never less than the counted tokens prove. */
export function queriesOf(usage: Usage | undefined): Queries {
  const { documents, searches } = usage ?? {};
  const tokens = usage === undefined ? 0 : promptTokens(usage);
  const proven = Math.ceil(Math.ceil(tokens / tokensPerChunk) / chunksPerQuery);
  if (searches !== undefined && searches >= proven) return { quantity: searches, worst: searches, flags: [] };
  const counted = documents === undefined ? 1 : Math.ceil(documents / chunksPerQuery);
  const by = documents === undefined ? queryFlags.assumed : queryFlags.counted;
  const quantity = Math.max(counted, proven);
  return {
    quantity,
    worst: Math.max(mostQueries, quantity),
    flags: [proven > counted ? queryFlags.proven : by],
  };
}
