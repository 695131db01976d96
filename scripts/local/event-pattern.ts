/** Patterns of EventBridge rules and of event source filters: the same language. */
export type RulePattern = Readonly<Record<string, unknown>>;

/** SwitchOutcome for a matcher that is not imitated: silently matching or not would hide a wrong rule. */
export class PatternError extends Error {
  override name = 'PatternError';
}

type Condition = string | number | boolean | null | Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Does the pattern match the event? Each field named must match one of its conditions; an array in the event matches
 * when any of its elements does.
 * @throws PatternError for a matcher that is not imitated
 */
export function matchesEvent(pattern: RulePattern, event: unknown): boolean {
  return Object.entries(pattern).every(([key, expected]) => {
    if (key === '$or') {
      return (expected as readonly RulePattern[]).some((alternative) => matchesEvent(alternative, event));
    }
    const values = isObject(event)
      ? [event[key]]
      : Array.isArray(event)
        ? event.map((e) => e?.[key])
        : [undefined];
    if (Array.isArray(expected)) {
      return values.some((value) =>
        expected.some((condition) => matchesCondition(condition as Condition, value)),
      );
    }
    if (!isObject(expected))
      throw new PatternError(`The pattern's field "${key}" must hold an array or an object.`);
    return values.some((value) => matchesEvent(expected, value));
  });
}

function matchesCondition(condition: Condition, value: unknown): boolean {
  const leaves = Array.isArray(value) && value.length > 0 ? value : [value];
  if (!isObject(condition)) return leaves.some((leaf) => leaf === condition);
  const [[operator, operand] = ['', undefined], ...others] = Object.entries(condition);
  if (others.length > 0)
    throw new PatternError(`A matcher names several operators: ${JSON.stringify(condition)}.`);
  if (operator === 'exists') {
    // Only leaves exist; of an object the pattern has to name a field.
    return operand === leaves.some((leaf) => leaf !== undefined && !isObject(leaf));
  }
  return leaves.some((leaf) => leaf !== undefined && matchesOperator(operator, operand, leaf));
}

function matchesOperator(operator: string, operand: unknown, leaf: unknown): boolean {
  const text = typeof leaf === 'string' ? leaf : undefined;
  switch (operator) {
    case 'prefix':
      return matchesText(operand, text, (start, whole) => whole.startsWith(start));
    case 'suffix':
      return matchesText(operand, text, (end, whole) => whole.endsWith(end));
    case 'equals-ignore-case':
      return text?.toLowerCase() === String(operand).toLowerCase();
    case 'wildcard':
      return text !== undefined && wildcard(String(operand)).test(text);
    case 'numeric':
      return typeof leaf === 'number' && matchesNumeric(operand as (string | number)[], leaf);
    case 'anything-but': {
      if (isObject(operand)) return !matchesOneOperator(operand, leaf);
      return !(Array.isArray(operand) ? operand : [operand]).includes(leaf);
    }
    default:
      throw new PatternError(`The matcher "${operator}" is not imitated: add it to event-pattern.ts.`);
  }
}

/** In `anything-but` an operator may have several operands. */
function matchesOneOperator(condition: Readonly<Record<string, unknown>>, leaf: unknown): boolean {
  const [[operator, operand] = ['', undefined]] = Object.entries(condition);
  return [operand].flat().some((each) => matchesOperator(operator, each, leaf));
}

function matchesText(
  operand: unknown,
  text: string | undefined,
  test: (operand: string, text: string) => boolean,
): boolean {
  if (text === undefined) return false;
  if (!isObject(operand)) return test(String(operand), text);
  return test(String(operand['equals-ignore-case']).toLowerCase(), text.toLowerCase());
}

function wildcard(pattern: string): RegExp {
  const parts = pattern.replace(/\\(.)|\*|[^\\*]+/g, (part, escaped: string | undefined) => {
    if (part === '*') return '[\\s\\S]*';
    return (escaped ?? part).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${parts}$`);
}

function matchesNumeric(terms: readonly (string | number)[], value: number): boolean {
  for (let index = 0; index < terms.length; index += 2) {
    const bound = Number(terms[index + 1]);
    const holds = {
      '=': value === bound,
      '<': value < bound,
      '<=': value <= bound,
      '>': value > bound,
      '>=': value >= bound,
    }[String(terms[index])];
    if (holds === undefined)
      throw new PatternError(`The numeric matcher has the unknown comparison "${terms[index]}".`);
    if (!holds) return false;
  }
  return true;
}
