/** A product of the price list with what its test is about. */
export interface ProductParts {
  readonly sku?: string;
  readonly service?: string;
  readonly region?: string;
  readonly usageType?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly unit?: string;
  readonly description?: string;
  readonly usd?: unknown;
}

let skus = 0;

/** A native product: Nova Lite's input in us-east-1, unless its test says otherwise. */
export function product(parts: ProductParts = {}) {
  skus += 1;
  const { sku = `SKU${skus}`, service = 'AmazonBedrock', region = 'us-east-1' } = parts;
  const attributes = { model: 'Nova Lite', ...parts.attributes };
  return {
    product: {
      sku,
      attributes: {
        regionCode: region,
        usagetype: parts.usageType ?? 'USE1-NovaLite-input-tokens',
        ...attributes,
      },
    },
    serviceCode: service,
    terms: {
      OnDemand: {
        [`${sku}.T`]: {
          effectiveDate: '2026-08-01T00:00:00Z',
          priceDimensions: {
            [`${sku}.T.P`]: {
              unit: parts.unit ?? '1K tokens',
              description: parts.description ?? '',
              beginRange: '0',
              endRange: 'Inf',
              pricePerUnit: { USD: parts.usd ?? '0.0000600000' },
            },
          },
        },
      },
    },
  };
}

/** A marketplace product of a listing, in millions of tokens. */
export function listing(name: string, usageType: string, usd: string, parts: ProductParts = {}) {
  return product({
    service: 'AmazonBedrockFoundationModels',
    unit: '1M tokens',
    ...parts,
    usageType: `USE1-MP:USE1_${usageType}-Units`,
    usd,
    attributes: { model: '', servicename: `${name} (Amazon Bedrock Edition)`, ...parts.attributes },
  });
}

/** Nova 2 Lite, whose prices differ by region, scope and tier. */
export const nova = (region: string, kind: string, usdPerMillion: string) =>
  product({
    region,
    usageType: `XX1-Nova2.0Lite-${kind}`,
    attributes: { model: 'Nova 2.0 Lite' },
    unit: '1M tokens',
    usd: usdPerMillion,
  });
export const pair = (region: string, input: string, output: string, suffix = '') => [
  nova(region, `input-tokens${suffix}`, input),
  nova(region, `output-tokens${suffix}`, output),
];
