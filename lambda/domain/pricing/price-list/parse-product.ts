import { assertNever } from '../../assert-never.ts';
import { type PriceBook, priceBook } from '../price-book.ts';
import { shiftDecimal } from './exact-decimal.ts';
import { type ListReading, type ServiceTier, type SkipReason, skipReasons } from './list-rate.ts';
import { modelNamed } from './model-names.ts';
import { type ListProduct, readProduct } from './product.ts';
import { readTier } from './tier.ts';
import { unitScale } from './unit-scale.ts';
import { readUsageType, type UsageMeaning } from './usage-type.ts';

const services = new Set(['AmazonBedrock', 'AmazonBedrockService', 'AmazonBedrockFoundationModels']);
const edition = ' (Amazon Bedrock Edition)';
const guardrail = 'guardrail';
const serverTools = 'server-tools';

class Skip {
  readonly reason: SkipReason;
  readonly detail: string;
  readonly name: string | undefined;
  constructor(reason: SkipReason, detail: string, name?: string) {
    this.reason = reason;
    this.detail = detail;
    this.name = name;
  }
}

/**
 * Reads one product of the AWS Price List, of whichever Bedrock offer: its rate in the book's terms, or why it has none.
 * What no rule reads is skipped and told, never guessed. Never throws.
 */
export function parseProduct(value: unknown, book: PriceBook = priceBook): ListReading {
  const reading = readProduct(value);
  if (reading.kind === 'malformed') {
    return skipped(new Skip(skipReasons.malformed, `It is no product: ${reading.why}.`), reading.sku);
  }
  const { product } = reading;
  const rate = readRate(product, book);
  return rate instanceof Skip ? skipped(rate, product.sku, product.usageType) : { kind: 'rate', row: rate };
}

function skipped({ reason, detail, name }: Skip, sku?: string, usageType?: string): ListReading {
  return { kind: 'skipped', reason, detail, sku, usageType, ...(name === undefined ? {} : { name }) };
}

type Row = Extract<ListReading, { kind: 'rate' }>['row'];

function readRate(product: ListProduct, book: PriceBook): Row | Skip {
  const { service, usageType, attributes } = product;
  if (service !== undefined && !services.has(service)) {
    return new Skip(skipReasons.otherService, `The offer ${service} holds no prices of models.`);
  }
  const meaning = readUsageType(usageType);
  if (meaning.kind === 'excluded') {
    const isKnown = meaning.reason === skipReasons.otherMedium;
    if (isKnown && typeof findModel(product, meaning, book) === 'string') {
      return new Skip(skipReasons.unreadMedium, `No rule reads a price of a known model: ${meaning.why}.`);
    }
    return new Skip(meaning.reason, `It is not priced per call: ${meaning.why}.`);
  }
  const model = findModel(product, meaning, book);
  if (meaning.kind === 'unknown') {
    // Without a model it is a feature of the platform.
    return typeof model === 'string'
      ? new Skip(skipReasons.unknownUsageType, `The usage type cannot be read: ${meaning.why}.`)
      : new Skip(skipReasons.platform, 'Neither a model nor a unit that is metered.');
  }
  if (model instanceof Skip) {
    return model;
  }
  if (/extended[-_ ]?access/i.test(Object.values(attributes).join(' '))) {
    return new Skip(skipReasons.extendedAccess, 'It is the extended-access price.');
  }
  const tier = readTier(attributes, meaning.kind === 'tokens' ? meaning.tier : undefined);
  switch (tier.kind) {
    case 'excluded':
      return new Skip(skipReasons.capacity, `It is not on-demand: ${tier.why}.`);
    case 'contradiction':
      return new Skip(skipReasons.contradiction, `Its tier is unclear: ${tier.why}.`);
    case 'tier':
      return priceOf(product, meaning, model, tier.tier);
    default:
      return assertNever(tier);
  }
}

type Priced = Extract<UsageMeaning, { kind: 'tokens' | 'units' }>;

function priceOf(product: ListProduct, meaning: Priced, model: string, tier: ServiceTier): Row | Skip {
  const { sku, region, usageType, attributes, prices } = product;
  const [price, ...more] = prices;
  if (price === undefined) {
    return new Skip(skipReasons.unreadablePrice, 'It has no on-demand price.');
  }
  if (more.length > 0) {
    return new Skip(
      skipReasons.severalPrices,
      `It has ${prices.length} on-demand prices, by volume or date.`,
    );
  }
  const scale = unitScale(price.unit, meaning.unitClass, isMarketplace(product), price.description);
  if (scale.kind === 'refused') {
    return new Skip(skipReasons.unknownUnit, `The unit cannot be read: ${scale.why}.`);
  }
  const ratePerMillion = price.usd === undefined ? undefined : shiftDecimal(price.usd, scale.decimals);
  if (ratePerMillion === undefined) {
    return new Skip(skipReasons.unreadablePrice, `"${price.usd?.slice(0, 40)}" is no exact price in USD.`);
  }
  const inferenceType = attributes['inferenceType'] ?? '';
  const tokens = meaning.kind === 'tokens';
  return {
    model,
    region,
    scope: tokens ? meaning.scope : 'regional',
    tier,
    context:
      tokens && (meaning.context === 'long' || /long context/i.test(inferenceType)) ? 'long' : 'normal',
    unitClass: meaning.unitClass,
    variant: meaning.variant,
    ratePerMillion,
    sku,
    effectiveDate: price.effectiveDate,
    sourceText: [usageType, price.description].filter(Boolean).join(' | '),
  };
}

/** Attributes name the model; the usage type's own name stands in where they do not, and must not contradict them. */
function findModel(product: ListProduct, meaning: UsageMeaning, book: PriceBook): string | Skip {
  const inUsageType = meaning.kind === 'unknown' ? undefined : meaning.name;
  if (meaning.kind === 'units' && meaning.unitClass === 'toolRequest') return serverTools;
  if (inUsageType === guardrail && meaning.kind === 'units' && meaning.unitClass === 'guardrailUnit') {
    return guardrail;
  }
  const stated = statedNames(product);
  const found: string[] = [];
  for (const name of stated) {
    const model = modelNamed(name, book);
    switch (model.kind) {
      case 'excluded':
        return new Skip(skipReasons.excludedName, `"${name}" is not priced: ${model.why}.`);
      case 'unknown':
        return new Skip(skipReasons.unknownModel, `No rule knows the model "${name}".`, name);
      case 'model':
        found.push(model.id);
        break;
      default:
        return assertNever(model);
    }
  }
  const own = inUsageType === undefined ? undefined : modelNamed(inUsageType, book);
  if (own?.kind === 'model') {
    found.push(own.id);
  }
  const [id, ...rest] = new Set(found);
  if (id === undefined) {
    const name = inUsageType ?? '';
    return new Skip(skipReasons.unknownModel, `No rule knows the model "${name}".`, name);
  }
  return rest.length === 0
    ? id
    : new Skip(skipReasons.contradiction, `Its names mean different models: ${[id, ...rest].join(', ')}.`);
}

function statedNames({ attributes }: ListProduct): readonly string[] {
  const { model, titanModel, servicename } = attributes;
  const listing = servicename?.endsWith(edition) ? servicename.slice(0, -edition.length) : undefined;
  return [model, titanModel, listing].filter((name) => name !== undefined && name !== '') as string[];
}

function isMarketplace({ usageType, attributes }: ListProduct): boolean {
  return usageType.includes('-MP:') || attributes['servicename']?.endsWith(edition) === true;
}
