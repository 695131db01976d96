import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { priceListProducts } from '../../../lambda/domain/pricing/price-list/price-list-products.ts';
import { InputError } from '../../command-line/input-error.ts';

/**
 * Products in files of the AWS Price List, gzipped or not: bulk offer files, pages of GetProducts, single products.
 *
 * @throws InputError for a file that cannot be read or is no price list
 */
export function readPriceFiles(paths: readonly string[]): readonly unknown[] {
  return paths.flatMap((path) => {
    const products = priceListProducts(readJson(path));
    if (products === undefined) {
      throw new InputError(
        `${path} is no price list: give an offer file or the answer of pricing:GetProducts, as JSON.`,
      );
    }
    return products;
  });
}

function readJson(path: string): unknown {
  try {
    const bytes = readFileSync(path);
    const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
    return JSON.parse(plain.toString('utf8'));
  } catch (error) {
    throw new InputError(
      `${path} cannot be read as JSON: ${error instanceof Error ? error.message : error}.`,
    );
  }
}
