import type { Invocation } from '../metering/invocation.ts';
import type { PriceBook } from './price-book.ts';
import type { PricedModel } from './price-row.ts';
import { fromBody, modelFlags, type ResolvedModel } from './resolve-model.ts';

const answerFlags = {
  /** Another model answered than the one called: the call is charged what the more expensive of the two costs. */
  another: 'answered-by-another-model',
  /** The response names a model that is not the one called, and that the price book does not have. */
  unknown: 'answered-by-unknown-model',
} as const;

type Priced = Extract<ResolvedModel, { kind: 'priced' }>;

/** The other model that the response says has answered; where the book does not know it, only the flag. */
export interface OtherAnswer {
  readonly model: PricedModel | undefined;
  readonly flag: string;
}

/** Families whose names in a response follow those of the ids; of others a strange name proves nothing. */
const systematic = /^(?:claude|gpt)-/;

/**
 * Whether a response comes from another model than the one that was called, as with a fallback that the service made.
 * Where only the response or a router told the model, there is nothing to hold it against.
 */
export function answeredByAnother(
  { bodyModel }: Pick<Invocation, 'bodyModel'>,
  { model, flags }: Priced,
  book: PriceBook,
): OtherAnswer | undefined {
  const told = flags.includes(modelFlags.fromBody) || flags.includes(modelFlags.routed);
  // A name without a version, as early models had, tells none.
  if (bodyModel === undefined || told || !/\d/.test(bodyModel)) return undefined;
  const other = fromBody(bodyModel, book, model.provider);
  if (other !== undefined) {
    return other.id === model.id ? undefined : { model: other, flag: answerFlags.another };
  }
  // A dated or a shortened spelling of the same name is the same model.
  const own = bare(model.id);
  const name = bare(bodyModel);
  const same = own.startsWith(name) || name.startsWith(own);
  return same || !systematic.test(name) ? undefined : { model: undefined, flag: answerFlags.unknown };
}

const bare = (id: string): string =>
  id
    .slice(id.indexOf('.', id.startsWith('gpt') ? id.length : 0) + 1)
    .replace(/(?:-\d{8})?(?:-v\d+)?(?::\d+)?$/, '')
    .replace(/ \(custom\)$/, '');
