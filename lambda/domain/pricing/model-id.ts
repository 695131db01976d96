import type { PriceScope } from './price-row.ts';

/**
 * What a record's `modelId` says. It is the caller's spelling: an id, a profile's id, or one of many ARNs. It is taken
 * apart here and then matched exactly; names that merely resemble each other differ in price by up to 60 times.
 */
export type ModelReference =
  /** A model by its name; `variant` is a context suffix such as `200k`, which on-demand prices do not know. */
  | {
      readonly kind: 'model';
      readonly id: string;
      readonly provider: string | undefined;
      readonly scope: PriceScope;
      readonly variant: string | undefined;
    }
  /** Capacity that is billed by the hour or minute, whatever is asked of it. */
  | { readonly kind: 'capacity' }
  /** A router: the model that it chose stands in the response. `provider` where it routes among one maker's models. */
  | { readonly kind: 'router'; readonly provider: string | undefined }
  /** A customized model, sold by the token at prices of its own; the name does not tell what it was made from. */
  | { readonly kind: 'custom' }
  /** A name that does not tell its model: an application profile, a prompt. */
  | { readonly kind: 'opaque' };

/** Prefixes of system profiles that are known to exist; new ones appear. */
const profilePrefixes = new Set(['us-gov', 'global', 'apac', 'us', 'eu', 'jp', 'au', 'ca', 'in', 'sa']);
const prefixShape = /^[a-z-]{2,8}$/;
const arnShape = /^arn:aws(?:-[a-z-]+)?:([a-z0-9-]+):[a-z0-9-]*:[^:]*:([a-z-]+)\/(.+)$/;
const capacityTypes = new Set(['provisioned-model', 'imported-model']);
const routerTypes = new Set(['prompt-router', 'default-prompt-router']);
const namedTypes = new Set(['foundation-model', 'inference-profile']);
/** Application profiles may be passed by their bare id. */
const bareProfile = /^[a-z0-9]{12}$/;

/** Takes a `modelId` apart; `isProvider` tells which first labels are providers and not a profile's prefix. */
export function parseModelId(modelId: string, isProvider: (label: string) => boolean): ModelReference {
  const text = modelIdText(modelId);
  const [, service, type, resource] = arnShape.exec(text) ?? [];
  if (type === undefined || resource === undefined) {
    return text.startsWith('arn:') || bareProfile.test(text)
      ? { kind: 'opaque' }
      : parseName(text, isProvider);
  }
  // A Marketplace model runs on an endpoint of its own, whose instances are paid by the hour.
  if (service === 'sagemaker' && type === 'endpoint') return { kind: 'capacity' };
  if (service !== 'bedrock') return { kind: 'opaque' };
  if (capacityTypes.has(type)) return { kind: 'capacity' };
  if (type === 'custom-model-deployment') return { kind: 'custom' };
  if (routerTypes.has(type)) return { kind: 'router', provider: routerProvider(resource, isProvider) };
  return namedTypes.has(type) ? parseName(resource, isProvider) : { kind: 'opaque' };
}

/** AWS's own routers are named after the family they route in: `anthropic.claude:1`. */
function routerProvider(name: string, isProvider: (label: string) => boolean): string | undefined {
  const label = name.slice(0, name.indexOf('.'));
  return isProvider(label) ? label : undefined;
}

function parseName(name: string, isProvider: (label: string) => boolean): ModelReference {
  const labels = name.split('.');
  const [first = '', second = ''] = labels;
  const prefixed =
    labels.length > 2 &&
    !isProvider(first) &&
    (profilePrefixes.has(first) || (prefixShape.test(first) && isProvider(second)));
  const { id, variant } = withoutVariant(prefixed ? labels.slice(1).join('.') : name);
  return {
    kind: 'model',
    id,
    variant,
    provider: id.includes('.') ? id.slice(0, id.indexOf('.')) : undefined,
    scope: prefixed && first === 'global' ? 'global' : 'regional',
  };
}

/** `x-v1:0:200k` is `x-v1:0`; one colon alone is part of the version. */
function withoutVariant(name: string): { readonly id: string; readonly variant: string | undefined } {
  const [model, version, variant, ...rest] = name.split(':');
  return variant === undefined || rest.length > 0
    ? { id: name, variant: undefined }
    : { id: `${model}:${version}`, variant };
}

/** A caller's spelling without what means nothing: ARNs arrive URL-encoded at times. */
export function modelIdText(modelId: string): string {
  const text = modelId.trim();
  try {
    return text.includes('%') ? decodeURIComponent(text) : text;
  } catch {
    return text;
  }
}
