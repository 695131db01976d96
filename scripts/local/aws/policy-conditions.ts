import {
  type ContextLookup,
  type ContextValue,
  compilePattern,
  matchesArn,
  matchesWildcard,
  matchesWildcards,
} from './policy-match.ts';

/** `{ "StringEquals": { "aws:username": ["alice", "bob"] } }` */
export type Conditions = Readonly<
  Record<string, Readonly<Record<string, PolicyValue | readonly PolicyValue[]>>>
>;
type PolicyValue = string | number | boolean;

/** SwitchOutcome for a policy that says something this imitation does not understand, instead of guessing what it meant. */
export class PolicyError extends Error {
  override name = 'PolicyError';
}

interface Operator {
  /** True when the request's value fits the policy's value. */
  readonly fits: (given: string, wanted: string, lookup: ContextLookup | undefined) => boolean;
  /** A negated operator holds when no value fits, and so also when the key is absent. */
  readonly negated?: boolean;
}

const equalsText: Operator['fits'] = (given, wanted, lookup) => {
  const pattern = compilePattern(wanted, { wildcards: false, lookup });
  return pattern !== undefined && matchesWildcards(pattern, given);
};
const equalsIgnoringCase: Operator['fits'] = (given, wanted, lookup) => {
  const pattern = compilePattern(wanted, { wildcards: false, ignoreCase: true, lookup });
  return pattern !== undefined && matchesWildcards(pattern, given.toLowerCase());
};
const like: Operator['fits'] = (given, wanted, lookup) => matchesWildcard(wanted, given, { lookup });
const arnLike: Operator['fits'] = (given, wanted, lookup) => matchesArn(wanted, given, { lookup });

function compared(parse: (text: string) => number, what: string) {
  return (holds: (given: number, wanted: number) => boolean): Operator['fits'] =>
    (given, wanted) => {
      const limit = parse(wanted);
      if (Number.isNaN(limit)) {
        throw new PolicyError(`The condition value "${wanted}" is not a ${what}: correct the policy.`);
      }
      const value = parse(given);
      return !Number.isNaN(value) && holds(value, limit);
    };
}
const parseNumber = (text: string) => (text.trim() === '' ? Number.NaN : Number(text));
/** ISO 8601 or epoch seconds. */
const parseDate = (text: string) => (/^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text));

function comparisons(prefix: string, by: ReturnType<typeof compared>): Record<string, Operator> {
  return {
    [`${prefix}Equals`]: { fits: by((given, wanted) => given === wanted) },
    [`${prefix}NotEquals`]: { fits: by((given, wanted) => given === wanted), negated: true },
    [`${prefix}LessThan`]: { fits: by((given, wanted) => given < wanted) },
    [`${prefix}LessThanEquals`]: { fits: by((given, wanted) => given <= wanted) },
    [`${prefix}GreaterThan`]: { fits: by((given, wanted) => given > wanted) },
    [`${prefix}GreaterThanEquals`]: { fits: by((given, wanted) => given >= wanted) },
  };
}

const operators = new Map<string, Operator>(
  Object.entries({
    StringEquals: { fits: equalsText },
    StringNotEquals: { fits: equalsText, negated: true },
    StringEqualsIgnoreCase: { fits: equalsIgnoringCase },
    StringNotEqualsIgnoreCase: { fits: equalsIgnoringCase, negated: true },
    StringLike: { fits: like },
    StringNotLike: { fits: like, negated: true },
    // ArnEquals and ArnLike behave identically in AWS.
    ArnEquals: { fits: arnLike },
    ArnNotEquals: { fits: arnLike, negated: true },
    ArnLike: { fits: arnLike },
    ArnNotLike: { fits: arnLike, negated: true },
    Bool: { fits: (given, wanted) => given.toLowerCase() === wanted.toLowerCase() },
    ...comparisons('Numeric', compared(parseNumber, 'number')),
    ...comparisons('Date', compared(parseDate, 'date')),
  } satisfies Record<string, Operator>),
);

type Quantifier = 'ForAllValues' | 'ForAnyValue';

interface ParsedOperator {
  readonly quantifier?: Quantifier;
  readonly operator: Operator;
  readonly ifExists: boolean;
}

/** @throws PolicyError for an operator that is not imitated. */
export function parseOperator(name: string): ParsedOperator | 'Null' {
  if (name === 'Null') return 'Null';
  const parts = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/.exec(name);
  const operator = operators.get(parts?.[2] ?? '');
  if (!operator) {
    throw new PolicyError(
      `The condition operator "${name}" is not known to the local IAM: use a known one or add it.`,
    );
  }
  const quantifier = parts?.[1] as Quantifier | undefined;
  return { ...(quantifier && { quantifier }), operator, ifExists: parts?.[3] !== undefined };
}

/** All operators and all their keys have to hold. `lookup` serves keys; `variables` is absent for old policy versions. */
export function conditionsHold(
  conditions: Conditions,
  lookup: ContextLookup,
  variables: ContextLookup | undefined,
): boolean {
  return Object.entries(conditions).every(([name, keys]) => {
    const parsed = parseOperator(name);
    return Object.entries(keys).every(([key, wanted]) => {
      const values = [wanted].flat().map(String);
      const given = lookup(key);
      if (parsed === 'Null') return nullHolds(given, values);
      return keyHolds(parsed, key, given, values, variables);
    });
  });
}

function nullHolds(given: ContextValue | undefined, values: readonly string[]): boolean {
  return values.some((value) => (value.toLowerCase() === 'true') === (given === undefined));
}

function keyHolds(
  { quantifier, operator, ifExists }: ParsedOperator,
  key: string,
  given: ContextValue | undefined,
  wanted: readonly string[],
  variables: ContextLookup | undefined,
): boolean {
  const holdsFor = (value: string) =>
    wanted.some((text) => operator.fits(value, text, variables)) !== (operator.negated ?? false);
  if (given === undefined) return ifExists || absentHolds(quantifier, operator);
  if (quantifier === 'ForAllValues') return listOf(given).every(holdsFor);
  if (quantifier === 'ForAnyValue') return listOf(given).some(holdsFor);
  if (isList(given)) {
    throw new PolicyError(
      `The condition on "${key}" compares a set of values as if it were one: use ForAllValues: or ForAnyValue:.`,
    );
  }
  return holdsFor(String(given));
}

/** AWS: ForAllValues is vacuously true, ForAnyValue false, and of the others only the negated ones hold. */
function absentHolds(quantifier: Quantifier | undefined, operator: Operator): boolean {
  if (quantifier) return quantifier === 'ForAllValues';
  return operator.negated ?? false;
}

function isList(value: ContextValue): value is readonly string[] {
  return Array.isArray(value);
}

function listOf(value: ContextValue): readonly string[] {
  return isList(value) ? value : [String(value)];
}
