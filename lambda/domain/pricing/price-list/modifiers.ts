import type { PriceScope } from '../price-row.ts';
import type { ServiceTier } from './list-rate.ts';

export type Modifiers =
  | {
      readonly kind: 'modifiers';
      readonly tier: ServiceTier | undefined;
      readonly scope: PriceScope;
      readonly context: 'normal' | 'long';
      /** Of a cache write: `5m`, `30m`, `1h`. */
      readonly lifetime: string | undefined;
    }
  | { readonly kind: 'unknown'; readonly why: string };

type Meaning = readonly ['tier' | 'scope' | 'context' | 'lifetime', string];

/** Every phrase that may follow the kind of tokens; `1-hour` and `30-minute` are read as `1h` and `30m`. */
const phrases: Readonly<Record<string, Meaning>> = {
  standard: ['tier', 'standard'],
  flex: ['tier', 'flex'],
  priority: ['tier', 'priority'],
  batch: ['tier', 'batch'],
  'latency optimized': ['tier', 'latencyOptimized'],
  latencyoptimized: ['tier', 'latencyOptimized'],
  'cross region global': ['scope', 'global'],
  'cross region geo': ['scope', 'regional'],
  'cross region': ['scope', 'regional'],
  global: ['scope', 'global'],
  geo: ['scope', 'regional'],
  'long context': ['context', 'long'],
  'long ctx': ['context', 'long'],
  longcontext: ['context', 'long'],
  lctx: ['context', 'long'],
  '5m': ['lifetime', '5m'],
  '30m': ['lifetime', '30m'],
  '30 minute': ['lifetime', '30m'],
  '1h': ['lifetime', '1h'],
  '1 hour': ['lifetime', '1h'],
};
const longestPhrase = 3;

/** Reads what follows the kind of tokens, in whatever order; one word that no rule knows refuses the whole. */
export function readModifiers(text: string): Modifiers {
  const words = text.toLowerCase().split(/[-_]/).filter(Boolean);
  const found = new Map<string, string>();
  for (let at = 0; at < words.length; ) {
    const phrase = phraseAt(words, at);
    if (phrase === undefined) {
      return { kind: 'unknown', why: `no rule reads its "${words[at]}"` };
    }
    const [what, value] = phrase.meaning;
    if (found.has(what) && found.get(what) !== value) {
      return { kind: 'unknown', why: `it names two ${what}s, ${found.get(what)} and ${value}` };
    }
    found.set(what, value);
    at += phrase.length;
  }
  return {
    kind: 'modifiers',
    tier: found.get('tier') as ServiceTier | undefined,
    scope: (found.get('scope') as PriceScope | undefined) ?? 'regional',
    context: (found.get('context') as 'long' | undefined) ?? 'normal',
    lifetime: found.get('lifetime'),
  };
}

function phraseAt(words: readonly string[], at: number) {
  for (let length = Math.min(longestPhrase, words.length - at); length > 0; length -= 1) {
    const phrase = words.slice(at, at + length).join(' ');
    const meaning = Object.hasOwn(phrases, phrase) ? phrases[phrase] : undefined;
    if (meaning !== undefined) {
      return { meaning, length };
    }
  }
  return undefined;
}
