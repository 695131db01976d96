import type { PriceScope, TokenClass } from '../price-row.ts';

/** How a call is served; each tier has a price of its own. */
export const serviceTiers = ['standard', 'flex', 'priority', 'batch', 'latencyOptimized'] as const;
export type ServiceTier = (typeof serviceTiers)[number];

/** What one price is for: a class of tokens, or a unit that is no token. */
export type UnitClass =
  | TokenClass
  /** Tokens of one medium: the variant names it. */
  | 'mediaToken'
  | 'image'
  | 'videoSecond'
  | 'searchQuery'
  | 'guardrailUnit'
  | 'toolRequest';

/** One price of the AWS Price List, in the price book's terms. */
export interface ListRate {
  /** Id as the price book has it; `guardrail` for the units of guardrails, `server-tools` for tools inside a call. */
  readonly model: string;
  readonly region: string;
  readonly scope: PriceScope;
  readonly tier: ServiceTier;
  /** `long`: the whole call, once its context is longer than a threshold that the list does not tell. */
  readonly context: 'normal' | 'long';
  readonly unitClass: UnitClass;
  /** Size and quality of an image, resolution of a video, policy of a guardrail. */
  readonly variant: string | undefined;
  /** USD for a million units (tokens, images, seconds …), exact. */
  readonly ratePerMillion: string;
  readonly sku: string;
  /** Day (UTC) of AWS's offer term; it tells when the term began, not when the price last changed. */
  readonly effectiveDate: string | undefined;
  /** What was read: usage type and description, for a person to check. */
  readonly sourceText: string;
}

export const skipReasons = {
  /** Not the JSON of a product, or without what every product has. */
  malformed: 'malformed',
  otherService: 'other-service',
  /** Reserved or provisioned: billed by the hour. */
  capacity: 'capacity',
  customization: 'customization',
  extendedAccess: 'extended-access',
  /** Priced per second, per picture or per token of a medium that logs do not count. */
  otherMedium: 'other-medium',
  /** The same, of a model that the price book has: a price of it that no rule reads. */
  unreadMedium: 'unread-medium',
  /** A name that the table explains as not to be priced. */
  excludedName: 'excluded-name',
  /** Neither a model nor a unit that the meter knows: flows, knowledge bases, evaluations. */
  platform: 'platform',
  unknownModel: 'unknown-model',
  unknownUsageType: 'unknown-usage-type',
  unknownUnit: 'unknown-unit',
  contradiction: 'contradiction',
  unreadablePrice: 'unreadable-price',
  severalPrices: 'several-prices',
} as const;
export type SkipReason = (typeof skipReasons)[keyof typeof skipReasons];

/** Reasons that a person should check: a price may have been missed. */
export const openReasons: ReadonlySet<SkipReason> = new Set<SkipReason>([
  'malformed',
  'unknown-model',
  'unknown-usage-type',
  'unread-medium',
  'unknown-unit',
  'contradiction',
  'unreadable-price',
  'several-prices',
]);

export type ListReading =
  | { readonly kind: 'rate'; readonly row: ListRate }
  | {
      readonly kind: 'skipped';
      readonly reason: SkipReason;
      /** One sentence. */
      readonly detail: string;
      readonly sku: string | undefined;
      readonly usageType: string | undefined;
      /** The list's name of the model, where it is what nobody knows. */
      readonly name?: string;
    };
