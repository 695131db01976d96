import { type AwsResponse, jsonAnswer } from './aws-error.ts';
import type { AwsRequest } from './aws-request.ts';
import { type Ask, permission, type RequiredPermission } from './permission.ts';

/** One product a page has the caller turn it. */
const productsAPage = 1;

/** What the list says that a thousand tokens of its model cost, by the time it is asked: ten decimals, as AWS writes it. */
export type ListPrices = (at: Date) => { readonly input: string; readonly output: string };

/** As AWS listed them in October 2026. */
export const usualPrices: ListPrices = () => ({ input: '0.0000600000', output: '0.0002400000' });

/**
 * All that the price list of the local AWS has: one model's two prices, in the form of GetProducts. A run here shows that the comparison is toEvaluate, may ask, and remembers; whether it reads AWS's list is
 * shown by the tests of the parser.
 */
const productsOf = ({ input, output }: ReturnType<ListPrices>): readonly string[] => [
  product('LOCALNOVALITEIN', 'USE1-NovaLite-input-tokens', 'Input tokens', input),
  product('LOCALNOVALITEOUT', 'USE1-NovaLite-output-tokens', 'Output tokens', output),
];

function product(sku: string, usageType: string, what: string, usd: string): string {
  return JSON.stringify({
    product: {
      productFamily: 'Amazon Bedrock',
      sku,
      attributes: {
        regionCode: 'us-east-1',
        servicecode: 'AmazonBedrock',
        feature: 'On-demand Inference',
        provider: 'Amazon',
        model: 'Nova Lite',
        inferenceType: what,
        usagetype: usageType,
      },
    },
    serviceCode: 'AmazonBedrock',
    terms: {
      OnDemand: {
        [`${sku}.T`]: {
          effectiveDate: '2026-08-01T00:00:00Z',
          priceDimensions: {
            [`${sku}.T.P`]: { unit: '1K tokens', description: '', pricePerUnit: { USD: usd } },
          },
        },
      },
    },
    version: '20260820130114',
  });
}

/** @returns undefined for an operation that is not known. */
export function pricingPermissions({ operation }: Ask): RequiredPermission[] | undefined {
  return operation === 'GetProducts' ? [permission('pricing:GetProducts', '*')] : undefined;
}

/** The part of the Price List API that is asked: the authorizer has refused everything else. */
export function handlePricingRequest({ body }: AwsRequest, prices: ReturnType<ListPrices>): AwsResponse {
  const all = body['ServiceCode'] === 'AmazonBedrock' ? productsOf(prices) : [];
  const start = Number(body['NextToken'] ?? 0);
  const end = start + productsAPage;
  return jsonAnswer({
    FormatVersion: 'aws_v1',
    PriceList: all.slice(start, end),
    ...(end < all.length && { NextToken: String(end) }),
  });
}
