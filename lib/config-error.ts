import type * as z from 'zod';
import { didYouMean } from './shared/did-you-mean.ts';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** One sentence per wrong field: its name, what was given, what is allowed. */
export function configSentences(schema: z.core.$ZodType, input: unknown, error: z.core.$ZodError): string[] {
  return error.issues.map((issue) => sentence(schema, input, issue));
}

function sentence(schema: z.core.$ZodType, input: unknown, issue: Issue): string {
  const field = fieldName(issue.path);
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(schema, issue.path);
    const allowed = known.length > 0 ? `; it has ${known.join(', ')}` : '';
    const meant = issue.keys.map((key) => didYouMean(key, known)).join('');
    return `${field} has no field ${issue.keys.map(quote).join(', ')}${allowed}.${meant}`;
  }
  if (issue.code === 'invalid_key') {
    const key = issue.path.at(-1);
    const why = issue.issues.map((inner) => inner.message).join(' and ');
    return `${fieldName(issue.path.slice(0, -1))} has the key ${quote(key)}, but a key there ${why}.`;
  }
  return `${field} was given ${given(valueAt(input, issue.path))}, but it ${allowed(issue)}.`;
}

function allowed(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_value':
      return `must be ${issue.values.map(quote).join(' or ')}`;
    case 'invalid_type':
      return `must be ${article(issue.expected)}`;
    case 'too_small':
      return `must ${bound(issue.origin)} at least ${issue.minimum}`;
    case 'too_big':
      return `must ${bound(issue.origin)} at most ${issue.maximum}`;
    case 'invalid_union':
      return 'options' in issue && issue.options
        ? `must have ${issue.discriminator ?? 'a value'} ${issue.options.map(quote).join(' or ')}`
        : 'has none of the allowed forms';
    default:
      // Formats and refinements bring their own words, which begin with a verb ("must be …").
      return issue.message;
  }
}

const bound = (origin: string) => (origin === 'number' || origin === 'int' ? 'be' : `have a length of`);
const article = (type: string) => (/^[aeio]/.test(type) ? `an ${type}` : `a ${type}`);
const quote = (value: unknown) => (typeof value === 'string' ? `"${value}"` : String(value));
const fieldName = (path: Path) => (path.length === 0 ? 'The stage' : path.map(String).join('.'));

/** Long values are cut: the sentence has to stay readable. */
function given(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

function valueAt(input: unknown, path: Path): unknown {
  let value = input;
  for (const key of path) value = (value as Record<PropertyKey, unknown> | null | undefined)?.[key];
  return value;
}

/** Keys of the object schema at `path`; none where the way there leads through a union. */
function knownKeys(schema: z.core.$ZodType, path: Path): string[] {
  let here: z.core.$ZodType | undefined = schema;
  for (const key of path) here = here && child(here, key);
  const def = here && unwrapped(here)._zod.def;
  return def && 'shape' in def ? Object.keys(def.shape as object) : [];
}

function child(schema: z.core.$ZodType, key: PropertyKey): z.core.$ZodType | undefined {
  const def = unwrapped(schema)._zod.def as {
    shape?: Record<PropertyKey, z.core.$ZodType>;
    valueType?: z.core.$ZodType;
    element?: z.core.$ZodType;
  };
  return def.shape?.[key] ?? def.valueType ?? def.element;
}

function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  const { innerType } = schema._zod.def as { innerType?: z.core.$ZodType };
  return innerType ? unwrapped(innerType) : schema;
}
