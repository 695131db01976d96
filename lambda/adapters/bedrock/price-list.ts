import { PricingClient, paginateGetProducts } from '@aws-sdk/client-pricing';
import type { PriceList } from '../../use-cases/ports/upkeep.ts';

/** Bedrock is sold under three codes: AWS's own models, its older features, and models of the Marketplace. */
const serviceCodes = ['AmazonBedrock', 'AmazonBedrockService', 'AmazonBedrockFoundationModels'] as const;
/** The API lives in three Regions only, and says the same in each. */
const region = 'us-east-1';
const pageSize = 100;

export class AwsPriceList implements PriceList {
  readonly #client: PricingClient;

  constructor(client = new PricingClient({ region, maxAttempts: 8 })) {
    this.#client = client;
  }

  async *products(): AsyncGenerator<string> {
    for (const ServiceCode of serviceCodes) {
      const pages = paginateGetProducts(
        { client: this.#client, pageSize },
        { ServiceCode, FormatVersion: 'aws_v1' },
      );
      // The SDK wraps these texts in objects of its own.
      for await (const { PriceList = [] } of pages) yield* PriceList.map(String);
    }
  }
}
