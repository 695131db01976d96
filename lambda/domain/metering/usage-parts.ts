import { at, countIn, type JsonObject, objectIn, textIn } from './json.ts';

/** Tokens of one part of a usage: a pass, an attempt, a step. A count that it does not tell is 0. */
export interface PartCounts {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

/** What the parts of a usage prove: at least this was done, whatever stands above them. */
export interface UsageParts {
  readonly counted: PartCounts;
  /** Prompt tokens of attempts that a model declined before it wrote anything: makers do not bill those. */
  readonly declined: number;
}

type CountsOf = (source: JsonObject) => Partial<PartCounts>;

const nothing: PartCounts = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
const fields = Object.keys(nothing) as (keyof PartCounts)[];
/** Deeper nesting is no usage of a model; a hostile body ends here. */
const deepest = 8;
/** A call of more passes than these is none; the rest is not gone through. */
const mostParts = 1_000;
const declining = /^(?:refus|declin|reject|block|fail|error)/i;
/** Type of the pass that answered in place of one that was declined (Anthropic's server-side fallback). */
const fallback = 'fallback_message';

/**
 * Adds up the parts that a usage lists: passes of a server-side compaction, attempts with a fallback, steps, or a usage
 * that is itself a list, to any depth. Undefined where it lists none. Several lists in one place are views of the same
 * work, so the largest count of each class is taken; lists that break one count down by class are no parts.
 */
export function usageParts(usage: unknown, countsOf: CountsOf, depth = 0): UsageParts | undefined {
  if (depth >= deepest) return undefined;
  const values = Array.isArray(usage) ? [usage] : Object.values(objectIn(usage) ?? {});
  const lists = values.flatMap((value) => {
    const sum = Array.isArray(value) ? sumOf(value.slice(0, mostParts), countsOf, depth + 1) : undefined;
    const within = Array.isArray(value) ? undefined : usageParts(value, countsOf, depth + 1);
    return [sum, within].filter((parts) => parts !== undefined);
  });
  return lists.length === 0 ? undefined : lists.reduce(larger);
}

function sumOf(list: readonly unknown[], countsOf: CountsOf, depth: number): UsageParts | undefined {
  const fellBack = list.some((part) => at(part, 'type') === fallback);
  const read = list.flatMap((part) => {
    const own = partOf(part, countsOf, depth);
    return own === undefined ? [] : [isDeclined(part, own, fellBack) ? declined(own) : own];
  });
  return read.length === 0 ? undefined : read.reduce(added);
}

function partOf(part: unknown, countsOf: CountsOf, depth: number): UsageParts | undefined {
  const object = objectIn(part);
  // An entry with a lifetime is a class of the cache write that is counted above it.
  if (object === undefined || at(object, 'ttl') !== undefined) return undefined;
  const told = [object, objectIn(at(object, 'usage'))].flatMap((source) =>
    source === undefined ? [] : [countsOf(source)],
  );
  const own = Object.assign({}, ...told) as Partial<PartCounts>;
  const within = usageParts(object, countsOf, depth);
  if (within === undefined && fields.every((field) => own[field] === undefined)) return undefined;
  const whole = { counted: { ...nothing, ...defined(own) }, declined: 0 };
  return within === undefined ? whole : larger(whole, within);
}

/** A pass that wrote something is billed, also where it was broken off by a refusal. */
function isDeclined(part: unknown, { counted }: UsageParts, fellBack: boolean): boolean {
  if (counted.output > 0 || counted.cacheWrite > 0) return false;
  const said = ['stop_reason', 'stopReason', 'status', 'outcome'].map((key) => textIn(at(part, key)) ?? '');
  return said.some((word) => declining.test(word)) || (fellBack && at(part, 'type') !== fallback);
}

const declined = ({ counted, declined: more }: UsageParts): UsageParts => ({
  counted: nothing,
  declined: more + counted.input + counted.cacheRead,
});

const combined =
  (of: (a: number, b: number) => number) =>
  (a: UsageParts, b: UsageParts): UsageParts => ({
    counted: {
      input: of(a.counted.input, b.counted.input),
      output: of(a.counted.output, b.counted.output),
      cacheRead: of(a.counted.cacheRead, b.counted.cacheRead),
      cacheWrite: of(a.counted.cacheWrite, b.counted.cacheWrite),
    },
    declined: of(a.declined, b.declined),
  });
const added = combined((a, b) => a + b);
const larger = combined(Math.max);

const defined = (own: Partial<PartCounts>): Partial<PartCounts> =>
  Object.fromEntries(
    fields.flatMap((field) => (countIn(own[field]) === undefined ? [] : [[field, own[field]]])),
  );
