import type { Invocation } from '../metering/invocation.ts';
import { applicationProfileArn } from './application-profile.ts';
import { type ModelReference, modelIdText, parseModelId } from './model-id.ts';
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
      readonly flags: readonly string[];
    };

export const modelFlags = {
  /** The id carries a context suffix, which on-demand prices do not know. */
  variant: 'context-variant',
  /** Only the response told the model; whether the profile is global is unknown, so the dearer scope is used. */
  fromBody: 'model-from-body',
  /** Neither the configuration nor Bedrock has told (yet) which model the application profile stands for. */
  profileUnresolved: 'profile-unresolved',
} as const;

/** Finds the priced model that an invocation called, through a known profile where need be. */
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
  const flags = applicationProfileArn(invocation) === undefined ? [] : [modelFlags.profileUnresolved];
  return model === undefined
    ? { ...unknown('no configured profile tells its model', invocation.modelId), flags }
    : { kind: 'priced', model, scope: 'regional', flags: [modelFlags.fromBody, ...flags] };
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

function unknown(reason: string, name: string, provider?: string) {
  return { kind: 'unknown' as const, reason, name, provider, flags: [] };
}

/** What is known to stand behind the name of a call. A bare profile id is also looked up as the ARN it stands for. */
export function behind(
  invocation: Pick<Invocation, 'modelId' | 'region' | 'account'>,
  profiles: Profiles,
): string | undefined {
  const { modelId } = invocation;
  const names = [modelId, modelIdText(modelId), applicationProfileArn(invocation) ?? modelId];
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
