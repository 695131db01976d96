import type { PriceScope, TokenClass } from '../price-row.ts';
import type { ServiceTier, SkipReason, UnitClass } from './list-rate.ts';
import { readModifiers } from './modifiers.ts';

/** What a usage type says; `name` is its own name of the model, which marketplace usage types do not carry. */
export type UsageMeaning =
  | {
      readonly kind: 'tokens';
      readonly name: string | undefined;
      readonly unitClass: TokenClass | 'mediaToken';
      /** Medium and side of tokens that are priced apart: `image-output`. */
      readonly variant?: string | undefined;
      readonly scope: PriceScope;
      readonly tier: ServiceTier | undefined;
      readonly context: 'normal' | 'long';
    }
  | {
      readonly kind: 'units';
      readonly name: string | undefined;
      readonly unitClass: Exclude<UnitClass, TokenClass | 'mediaToken'>;
      readonly variant: string | undefined;
    }
  | {
      readonly kind: 'excluded';
      readonly reason: SkipReason;
      readonly why: string;
      readonly name?: string | undefined;
    }
  | { readonly kind: 'unknown'; readonly why: string };

const exclusions: readonly [RegExp, SkipReason, string][] = [
  [
    /reserved|provisioned|model-?units|tpm(?:_|-|$)|tokens-per-minute/i,
    'capacity',
    'it is capacity billed by the hour',
  ],
  [/custom|training|fine-?tun/i, 'customization', 'it is for customized models'],
  [/extended[-_ ]?access/i, 'extended-access', 'it is the extended-access price'],
];

/** What no rule above reads of a medium that is priced apart: told where the model is a known one. */
const otherMedium = /(?:input|output)-(?:image|audio|video|speech|document)|Input(?:Image|Audio|Video|Text)/i;
/** Case matters: `TitanEmbeddingV2-Text-input-tokens` are plain tokens, `NovaSonic-text-input-tokens` are not. */
const mediumTokens =
  /^(.+?)-(?:(text|speech|image|audio|video)-(input|output)|(input|output)-(text|speech|image|audio|video|document))-tokens?(?:-count)?(?:-(.+))?$/;
const mediumPieces =
  /^(.+?)-input-(?:(audio|video)-seconds?|(?:standard-)?(image|document)(?:-image)?(?:s|-count)?)$/;

/** Price classes of Luma's resolutions. */
const resolutions: Readonly<Record<string, string>> = { HDRes: '720p', StandardRes: '540p' };

const marketplaceShape = /^MP:[A-Z0-9]+_(.+?)(?:-Units)?$/;
const nativeTokens =
  /^(.+?)-(?:mantle-)?(cache-read|cache-write|input|output)-(?:input-)?tokens?(?:-count)?(?:-(.+))?$/;
const camelTokens =
  /^(?:Million)?(Batch)?(?:Cache(Read|Write)(\d+[mh])?)?(Input|Output)?Token(?:Count|s)(?:_(.+))?$/;
const snakeTokens = /^(cache_read|cache_write|input|output)_tokens?(?:_(.+))?$/;

/** Reads a usage type of any of the three Bedrock offers. The region prefix is dropped: `regionCode` tells the region. */
export function readUsageType(usageType: string): UsageMeaning {
  const body = /^[A-Z0-9]+-(.+)$/.exec(usageType)?.[1];
  if (body === undefined) {
    return { kind: 'unknown', why: 'it has no region prefix' };
  }
  const excluded = exclusions.find(([pattern]) => pattern.test(body));
  if (excluded !== undefined) {
    return { kind: 'excluded', reason: excluded[1], why: excluded[2] };
  }
  const marketplace = marketplaceShape.exec(body)?.[1];
  return marketplace === undefined ? readNative(body) : readMarketplace(marketplace);
}

function readNative(body: string): UsageMeaning {
  const medium = readMedium(body);
  if (medium !== undefined) return medium;
  const [, name, kind, rest] = nativeTokens.exec(body) ?? [];
  if (kind !== undefined) {
    return tokens(name, kind.replace('-', ' '), rest);
  }
  const [, painter, size, quality] = /^(.+)-(?:T2I|I2I)-(\d+)-(Standard|Premium)$/.exec(body) ?? [];
  if (quality !== undefined) {
    return { kind: 'units', name: painter, unitClass: 'image', variant: `${size}-${quality.toLowerCase()}` };
  }
  const [, film, resolution = ''] = /^(Ray-V2)-[A-Za-z]+-([A-Za-z]+Res)$/.exec(body) ?? [];
  if (film !== undefined && Object.hasOwn(resolutions, resolution)) {
    return { kind: 'units', name: film, unitClass: 'videoSecond', variant: resolutions[resolution] };
  }
  const ranker = /^(.+)-searchunits$/.exec(body)?.[1];
  if (ranker !== undefined) {
    return { kind: 'units', name: ranker, unitClass: 'searchQuery', variant: undefined };
  }
  const policy = /^Guardrail-([A-Za-z]+)UnitsConsumed$/.exec(body)?.[1];
  if (policy !== undefined) {
    const variant = `${policy.charAt(0).toLowerCase()}${policy.slice(1)}`;
    return { kind: 'units', name: 'guardrail', unitClass: 'guardrailUnit', variant };
  }
  const searcher = /^(.+)-nova-grounding$/.exec(body)?.[1];
  if (searcher !== undefined) {
    return { kind: 'units', name: searcher, unitClass: 'toolRequest', variant: 'nova_grounding' };
  }
  return { kind: 'unknown', why: 'no rule reads it' };
}

/** Tokens, pieces or seconds of one medium. */
function readMedium(body: string): UsageMeaning | undefined {
  const [, name, before, side, other, after, rest] = mediumTokens.exec(body) ?? [];
  if (name !== undefined) {
    const read = tokens(name, side ?? other ?? '', rest);
    const said = `${before ?? after}-${side ?? other}`;
    return read.kind === 'tokens' ? { ...read, unitClass: 'mediaToken', variant: said } : read;
  }
  const [, model, sound, picture] = mediumPieces.exec(body) ?? [];
  if (model !== undefined) {
    return sound === undefined
      ? { kind: 'units', name: model, unitClass: 'image', variant: picture === 'image' ? 'any' : picture }
      : { kind: 'units', name: model, unitClass: 'videoSecond', variant: sound };
  }
  return otherMedium.test(body)
    ? {
        kind: 'excluded',
        reason: 'other-medium',
        why: 'a medium other than text is priced apart',
        name: /^(.+?)-(?:input|output)-/.exec(body)?.[1],
      }
    : undefined;
}

function readMarketplace(body: string): UsageMeaning {
  const camel = camelTokens.exec(body);
  if (camel !== null) {
    const [, batch, cache, ttl, side = '', rest] = camel;
    const kind = cache === undefined ? side.toLowerCase() : `cache ${cache.toLowerCase()}`;
    const modifiers = [batch, ttl, rest].filter((part) => part !== undefined).join('_');
    return tokens(undefined, kind, modifiers);
  }
  const [, kind, rest] = snakeTokens.exec(body) ?? [];
  if (kind !== undefined) {
    return tokens(undefined, kind.replace('_', ' '), rest);
  }
  if (body === 'search_units') {
    return { kind: 'units', name: undefined, unitClass: 'searchQuery', variant: undefined };
  }
  // Of an embedding: what it is of.
  if (body === 'InputImageCount' || body === 'input_images') {
    return { kind: 'units', name: undefined, unitClass: 'image', variant: 'any' };
  }
  const medium = readMedium(body);
  if (medium !== undefined) return medium;
  const [image, variant] = /^created_image(?:_(.+))?$/.exec(body) ?? [];
  return image === undefined
    ? { kind: 'unknown', why: 'no rule reads it' }
    : { kind: 'units', name: undefined, unitClass: 'image', variant: variant?.toLowerCase() ?? 'any' };
}

function tokens(name: string | undefined, kind: string, rest: string | undefined): UsageMeaning {
  const modifiers = readModifiers(rest ?? '');
  if (modifiers.kind === 'unknown') {
    return modifiers;
  }
  const { tier, scope, context, lifetime } = modifiers;
  const unitClass = tokenClass(kind, lifetime);
  return unitClass === undefined
    ? { kind: 'unknown', why: `a lifetime of ${lifetime} does not go with ${kind || 'these'} tokens` }
    : { kind: 'tokens', name, unitClass, scope, tier, context };
}

/** A cache write that names no lifetime is the one of 5 minutes. */
function tokenClass(kind: string, lifetime: string | undefined): TokenClass | undefined {
  if (kind === 'cache write') {
    switch (lifetime ?? '5m') {
      case '5m':
        return 'cacheWrite5m';
      case '1h':
        return 'cacheWrite1h';
      case '30m':
        return 'cacheWrite30m';
      default:
        return undefined;
    }
  }
  if (lifetime !== undefined) {
    return undefined;
  }
  return kind === 'cache read' ? 'cacheRead' : kind === 'input' || kind === 'output' ? kind : undefined;
}
