import type { Invocation } from '../metering/invocation.ts';
import type { Rate } from '../money.ts';
import { rememberedFor } from '../remembered.ts';
import { applicationProfileArn } from './application-profile.ts';
import { type ModelReference, modelIdText, parseModelId } from './model-id.ts';
import type { PriceBook } from './price-book.ts';
import type { PricedModel, PriceScope } from './price-row.ts';
import { unitPrices } from './unit-prices.ts';

/** Application inference profiles: ARN (or bare id) → the model or system profile behind it. */
export type Profiles = Readonly<Record<string, string>>;

export type ResolvedModel =
  | {
      readonly kind: 'priced';
      readonly model: PricedModel;
      readonly scope: PriceScope;
      readonly flags: readonly string[];
      /** What the call costs beside what it used. */
      readonly fee?: Rate | undefined;
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
  /** Only the response told the model; whether the profile is global is unknown, so the more expensive scope is used. */
  fromBody: 'model-from-body',
  /** Neither the configuration nor Bedrock has told (yet) which model the application profile stands for. */
  profileUnresolved: 'profile-unresolved',
  /** A router chose the model; its fee a request is the one last published, which nobody confirms. */
  routed: 'routed-fee-assumed',
} as const;

/** The price book's id of a model as customers customize it, which is sold by the token at prices of its own. */
export const customId = (id: string): string => `${id} (custom)`;

/** Finds the priced model that an invocation called, through a known profile where need be. */
export function resolveModel(invocation: Invocation, profiles: Profiles, book: PriceBook): ResolvedModel {
  const parse = (name: string) => parsed(book, name);
  const called = parse(invocation.modelId);
  if (called.kind === 'model' || called.kind === 'capacity') {
    return fromReference(called, book, invocation.modelId);
  }
  const mapped = behind(invocation, profiles);
  const reference = mapped === undefined ? undefined : parse(mapped);
  switch (called.kind) {
    case 'custom':
      return customized(reference, invocation, book);
    case 'router':
      return routed(reference ?? parse(invocation.bodyModel ?? ''), called.provider, invocation, book);
    default:
      break;
  }
  if (mapped !== undefined && reference !== undefined) {
    return reference.kind === 'model' || reference.kind === 'capacity'
      ? fromReference(reference, book, mapped)
      : unknown('the configured profile leads to another one', invocation.modelId);
  }
  const model = fromBody(invocation.bodyModel, book);
  const flags = applicationProfileArn(invocation) === undefined ? [] : [modelFlags.profileUnresolved];
  return model === undefined
    ? { ...unknown('no configured profile tells its model', invocation.modelId), flags }
    : { kind: 'priced', model, scope: 'regional', flags: [modelFlags.fromBody, ...flags] };
}

const parsed = rememberedFor((book: PriceBook, name: string) =>
  parseModelId(name, (label) => book.providers.has(label)),
);

function fromReference(
  reference: Extract<ModelReference, { kind: 'model' | 'capacity' }>,
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

/** A customized model costs what its base model's customized form does, which some lists have for some models. */
function customized(
  base: ModelReference | undefined,
  { modelId }: Invocation,
  book: PriceBook,
): ResolvedModel {
  if (base?.kind !== 'model') {
    return unknown('no configured profile tells what the customized model was made from', modelId);
  }
  const own = book.find(customId(book.find(base.id)?.id ?? base.id));
  return own === undefined
    ? unknown(`the price book has no price of ${base.id} as customized`, modelId, base.provider)
    : { kind: 'priced', model: own, scope: base.scope, flags: [] };
}

const routerFee = unitPrices.find(({ id }) => id === 'prompt-router')?.rates['any'];

/** A routed call costs what the chosen model does, and a fee. */
function routed(
  chosen: ModelReference,
  provider: string | undefined,
  { modelId, bodyModel }: Invocation,
  book: PriceBook,
): ResolvedModel {
  if (chosen.kind !== 'model' || chosen.id === '') {
    return unknown(
      'neither the response nor the settings tell which model the router chose',
      modelId,
      provider,
    );
  }
  const named = fromReference(chosen, book, modelId);
  const answered = named.kind === 'unknown' ? fromBody(bodyModel, book) : undefined;
  const found: ResolvedModel =
    answered === undefined
      ? named
      : { kind: 'priced', model: answered, scope: 'regional', flags: [modelFlags.fromBody] };
  return found.kind === 'priced'
    ? { ...found, flags: [...found.flags, modelFlags.routed], fee: routerFee }
    : found;
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

/** A maker's own name of a model (`claude-sonnet-4-20250514`) is Bedrock's id without provider and version. */
export function fromBody(
  name: string | undefined,
  book: PriceBook,
  provider = 'anthropic',
): PricedModel | undefined {
  if (name === undefined) {
    return undefined;
  }
  const spellings = [
    name,
    ...['', '-v1', '-v1:0', '-v2:0'].map((version) => `${provider}.${name}${version}`),
  ];
  return spellings.map((spelling) => book.find(spelling)).find((model) => model !== undefined);
}
