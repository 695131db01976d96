type Fields = Readonly<Record<string, unknown>>;

/**
 * The products in a document of the price list, as parsed JSON: a bulk offer file, a page (or a list of pages) of
 * GetProducts, or a single product. Undefined where it is none of these.
 */
export function priceListProducts(document: unknown): readonly unknown[] | undefined {
  if (!Array.isArray(document)) {
    return productsOf(document);
  }
  const parts = document.map((part: unknown) => (typeof part === 'string' ? [part] : productsOf(part)));
  return parts.includes(undefined) ? undefined : parts.flatMap((part) => part ?? []);
}

function productsOf(document: unknown): readonly unknown[] | undefined {
  const fields = fieldsOf(document);
  if (Array.isArray(fields['PriceList'])) {
    return fields['PriceList'];
  }
  if (isFields(fields['products']) && isFields(fields['terms'])) {
    return offerProducts(fields);
  }
  return isFields(fields['product']) ? [document] : undefined;
}

/** An offer file keeps products and terms apart, by SKU. */
function offerProducts(offer: Fields): readonly unknown[] {
  const onDemand = fieldsOf(fieldsOf(offer['terms'])['OnDemand']);
  return Object.entries(fieldsOf(offer['products'])).map(([sku, product]) => ({
    product,
    serviceCode: offer['offerCode'],
    terms: { OnDemand: Object.hasOwn(onDemand, sku) ? onDemand[sku] : {} },
  }));
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}
