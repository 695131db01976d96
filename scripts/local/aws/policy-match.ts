/**
 * Wildcard patterns of IAM: `*` is any run of characters (none included), `?` exactly one; `${key}` is the request's
 * value, taken literally even where it contains wildcards.
 */

const anyRun = Symbol('*');
const anyOne = Symbol('?');
/** One element per character, so that a `*` that came from a variable's value stays an ordinary character. */
export type WildcardPattern = readonly (string | typeof anyRun | typeof anyOne)[];

export type ContextValue = string | readonly string[] | boolean;
/** Looks a context key up by its name, in any case. */
export type ContextLookup = (key: string) => ContextValue | undefined;

export interface PatternOptions {
  readonly ignoreCase?: boolean;
  /** False where wildcards are ordinary characters (StringEquals). */
  readonly wildcards?: boolean;
  /** Absent where policy variables are not replaced (actions, policies older than version 2012-10-17). */
  readonly lookup?: ContextLookup | undefined;
}

const variable = /^\$\{([^}]*)\}/;

/** @returns undefined when a variable has no value in this request: then the pattern matches nothing. */
export function compilePattern(text: string, options: PatternOptions = {}): WildcardPattern | undefined {
  const { ignoreCase = false, wildcards = true, lookup } = options;
  const elements: (string | typeof anyRun | typeof anyOne)[] = [];
  const literally = (value: string) => elements.push(...(ignoreCase ? value.toLowerCase() : value).split(''));
  for (let index = 0; index < text.length; ) {
    const found = lookup ? variable.exec(text.slice(index)) : null;
    if (lookup && found) {
      const value = variableValue(found[1] ?? '', lookup);
      if (value === undefined) return undefined;
      literally(value);
      index += found[0].length;
      continue;
    }
    const character = text.charAt(index++);
    if (wildcards && character === '*') elements.push(anyRun);
    else if (wildcards && character === '?') elements.push(anyOne);
    else literally(character);
  }
  return elements;
}

/** `${*}`, `${?}` and `${$}` are the characters themselves; `${key, 'default'}` has a default. */
function variableValue(expression: string, lookup: ContextLookup): string | undefined {
  if (expression === '*' || expression === '?' || expression === '$') return expression;
  const parts = /^\s*([^,\s]+)\s*(?:,\s*'([^']*)'\s*)?$/.exec(expression);
  if (!parts?.[1]) {
    throw new Error(
      `The policy variable \${${expression}} is malformed: write \${key} or \${key, 'default'}.`,
    );
  }
  const value = lookup(parts[1]);
  if (Array.isArray(value)) return undefined;
  return value === undefined ? parts[2] : String(value);
}

/** Greedy match that returns to the latest `*` only: linear in practice, and never exponential. */
export function matchesWildcards(pattern: WildcardPattern, text: string): boolean {
  let at = 0;
  let position = 0;
  let star = -1;
  let starText = 0;
  while (position < text.length) {
    const element = pattern[at];
    if (element === anyRun) {
      star = at++;
      starText = position;
    } else if (element !== undefined && (element === anyOne || element === text.charAt(position))) {
      at++;
      position++;
    } else if (star >= 0) {
      at = star + 1;
      position = ++starText;
    } else {
      return false;
    }
  }
  while (pattern[at] === anyRun) at++;
  return at === pattern.length;
}

export function matchesWildcard(pattern: string, text: string, options: PatternOptions = {}): boolean {
  const compiled = compilePattern(pattern, options);
  return compiled !== undefined && matchesWildcards(compiled, options.ignoreCase ? text.toLowerCase() : text);
}

/** ARN operators compare the six parts of an ARN one by one, so a `*` does not reach over a colon (but in the last). */
export function matchesArn(pattern: string, arn: string, options: PatternOptions = {}): boolean {
  const compiled = compilePattern(pattern, options);
  if (!compiled) return false;
  if (compiled.length === 1 && compiled[0] === anyRun) return true;
  const patternParts = splitArn([...compiled], (element) => element === ':');
  const arnParts = splitArn(arn.split(''), (character) => character === ':');
  if (patternParts.length !== 6 || arnParts.length !== 6) return false;
  return patternParts.every((part, index) => matchesWildcards(part, (arnParts[index] ?? []).join('')));
}

function splitArn<T>(elements: T[], isColon: (element: T) => boolean): T[][] {
  const parts: T[][] = [[]];
  for (const element of elements) {
    if (parts.length < 6 && isColon(element)) parts.push([]);
    else parts.at(-1)?.push(element);
  }
  return parts;
}
