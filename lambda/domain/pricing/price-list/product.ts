/** One product of the price list with its on-demand price, as far as it has the shape of one. */
export interface ListProduct {
  readonly sku: string;
  /** Offer code: `AmazonBedrock`, `AmazonBedrockService`, `AmazonBedrockFoundationModels`. */
  readonly service: string | undefined;
  readonly region: string;
  readonly usageType: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** On-demand prices; more than one where AWS prices by volume. */
  readonly prices: readonly ListedPrice[];
}

export interface ListedPrice {
  readonly unit: string;
  readonly description: string;
  /** As AWS writes it, ten decimals. */
  readonly usd: string | undefined;
  readonly effectiveDate: string | undefined;
}

export type ProductReading =
  | { readonly kind: 'product'; readonly product: ListProduct }
  | { readonly kind: 'malformed'; readonly why: string; readonly sku: string | undefined };

type Fields = Readonly<Record<string, unknown>>;

const regionShape = /^[a-z]{2,3}(-[a-z]+)+-\d{1,2}$/;

/** Reads a product in either form of the list: an object, or the JSON text that GetProducts returns. Never throws. */
export function readProduct(value: unknown): ProductReading {
  const item = fieldsOf(typeof value === 'string' ? parsed(value) : value);
  const product = fieldsOf(item['product']);
  const attributes = strings(fieldsOf(product['attributes']));
  const sku = text(product['sku']);
  const { usagetype: usageType, regionCode: region } = attributes;
  if (sku === undefined || usageType === undefined || region === undefined) {
    return { kind: 'malformed', why: 'it lacks a SKU, a usage type or a region code', sku };
  }
  if (!regionShape.test(region)) {
    return { kind: 'malformed', why: `"${region.slice(0, 40)}" is no region`, sku };
  }
  const service = text(item['serviceCode']) ?? attributes['servicecode'];
  const prices = Object.values(fieldsOf(fieldsOf(item['terms'])['OnDemand'])).flatMap(readTerm);
  return { kind: 'product', product: { sku, service, region, usageType, attributes, prices } };
}

function readTerm(value: unknown): readonly ListedPrice[] {
  const term = fieldsOf(value);
  const effectiveDate = /^\d{4}-\d\d-\d\d/.exec(text(term['effectiveDate']) ?? '')?.[0];
  return Object.values(fieldsOf(term['priceDimensions'])).map((entry) => {
    const dimension = fieldsOf(entry);
    return {
      unit: text(dimension['unit']) ?? '',
      description: text(dimension['description']) ?? '',
      usd: text(fieldsOf(dimension['pricePerUnit'])['USD']),
      effectiveDate,
    };
  });
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function strings(fields: Fields): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
