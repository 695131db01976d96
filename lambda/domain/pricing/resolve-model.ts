import type { Invocation } from '../metering/invocation.ts';
import { type ModelReference, parseModelId } from './model-id.ts';
import type { PriceBook } from './price-book.ts';
import type { PricedModel, PriceScope } from './price-row.ts';

/** Application inference profiles: ARN (or bare id) → the model or system profile behind it. */
export type Profiles = Readonly<Record<string, string>>;

export type ResolvedModel =
  | {
      readonly kind: 'priced';
      readonly model: PricedModel;
      readonly scope: PriceScope;
      readonly flags: readonly string[];
    }
  | { readonly kind: 'capacity' }
  | {
      readonly kind: 'unknown';
      readonly reason: string;
      readonly name: string;
      readonly provider: string | undefined;
    };

export const modelFlags = {
  /** The id carries a context suffix, which on-demand prices do not know. */
  variant: 'context-variant',
  /** Only the response told the model; whether the profile is global is unknown, so the dearer scope is used. */
  fromBody: 'model-from-body',
} as const;

/** Finds the priced model that an invocation called, through a configured profile where need be. */
export function resolveModel(invocation: Invocation, profiles: Profiles, book: PriceBook): ResolvedModel {
  const parse = (name: string) => parseModelId(name, (label) => book.providers.has(label));
  const called = parse(invocation.modelId);
  if (called.kind !== 'opaque') {
    return fromReference(called, book, invocation.modelId);
  }
  const mapped = behind(invocation, profiles);
  if (mapped !== undefined) {
    const reference = parse(mapped);
    return reference.kind === 'opaque'
      ? unknown('the configured profile leads to another one', invocation.modelId)
      : fromReference(reference, book, mapped);
  }
  const model = fromBody(invocation.bodyModel, book);
  return model === undefined
    ? unknown('no configured profile tells its model', invocation.modelId)
    : { kind: 'priced', model, scope: 'regional', flags: [modelFlags.fromBody] };
}

function fromReference(
  reference: Exclude<ModelReference, { kind: 'opaque' }>,
  book: PriceBook,
  spelling: string,
): ResolvedModel {
  if (reference.kind === 'capacity') {
    return reference;
  }
  const model = book.find(reference.id);
  if (model === undefined) {
    return unknown('the price book does not have the model', spelling, reference.provider);
  }
  const flags = reference.variant === undefined ? [] : [modelFlags.variant];
  return { kind: 'priced', model, scope: reference.scope, flags };
}

function unknown(reason: string, name: string, provider?: string): ResolvedModel {
  return { kind: 'unknown', reason, name, provider };
}

/** A bare profile id is looked up as the ARN it stands for, too: same region, same account. */
function behind({ modelId, region, account }: Invocation, profiles: Profiles): string | undefined {
  const arn = `:bedrock:${region}:${account}:application-inference-profile/${modelId}`;
  const names = [modelId, ...['aws', 'aws-us-gov', 'aws-cn'].map((partition) => `arn:${partition}${arn}`)];
  const name = names.find((candidate) => Object.hasOwn(profiles, candidate));
  return name === undefined ? undefined : profiles[name];
}

/** Anthropic's own name of a model (`claude-sonnet-4-20250514`) is Bedrock's id without provider and version. */
function fromBody(name: string | undefined, book: PriceBook): PricedModel | undefined {
  if (name === undefined) {
    return undefined;
  }
  const spellings = [name, ...['', '-v1', '-v1:0', '-v2:0'].map((version) => `anthropic.${name}${version}`)];
  return spellings.map((spelling) => book.find(spelling)).find((model) => model !== undefined);
}
