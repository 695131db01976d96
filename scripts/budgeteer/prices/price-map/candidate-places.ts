import { findRow, rowFlags } from '../../../../lambda/domain/pricing/find-row.ts';
import type { PricedModel, PriceRow, PriceScope } from '../../../../lambda/domain/pricing/price-row.ts';

/** A place of the book that a map's key may mean, and the row that prices it. */
export interface Place {
  readonly scope: PriceScope;
  readonly region: string;
  readonly row: PriceRow;
}

/** Regions of a geographic profile, the one first that lists mostly mean by it. */
const geographies: Readonly<Record<string, { readonly home: string; readonly regions: RegExp }>> = {
  us: { home: 'us-east-1', regions: /^us-(east|west)-/ },
  eu: { home: 'eu-central-1', regions: /^eu-/ },
  apac: { home: 'ap-northeast-1', regions: /^ap-/ },
  jp: { home: 'ap-northeast-1', regions: /^ap-northeast-[13]$/ },
  au: { home: 'ap-southeast-2', regions: /^ap-southeast-[24]$/ },
  ca: { home: 'ca-central-1', regions: /^ca-/ },
  in: { home: 'ap-south-1', regions: /^ap-south-/ },
  sa: { home: 'sa-east-1', regions: /^sa-/ },
  'us-gov': { home: 'us-gov-west-1', regions: /^us-gov-/ },
};
const everywhere = { home: 'us-east-1', regions: /^(?!us-gov|us-iso|cn)/ };

/**
 * Where in the book the prices of a key may stand on `day` (UTC), the likeliest first. AWS prices by the Region that is called,
 * which a map's key of a profile or of a bare model leaves open: `eu.` may be any Region of Europe, and a bare id is the
 * price in us-east-1 or through the global profile, as far as maps show. Empty where the book prices none of them.
 */
export function candidatePlaces(
  model: PricedModel,
  prefix: string | undefined,
  region: string | undefined,
  day: string,
): readonly Place[] {
  const scope: PriceScope = prefix === 'global' ? 'global' : 'regional';
  if (region !== undefined) return listed(model, scope, [region], day);
  const geography = (prefix === undefined ? undefined : geographies[prefix]) ?? everywhere;
  const named = model.rows.flatMap(({ regions }) => regions).filter((name) => geography.regions.test(name));
  const within = listed(model, scope, [...new Set([geography.home, ...named.sort()])], day);
  if (prefix !== undefined) return within;
  const home = within.filter((place) => place.region === geography.home);
  return [...(home.length > 0 ? home : within), ...listed(model, 'global', [geography.home], day)];
}

function listed(
  model: PricedModel,
  scope: PriceScope,
  regions: readonly string[],
  day: string,
): readonly Place[] {
  return regions.flatMap((region) => {
    const found = findRow(model, scope, region, day);
    const unlisted: readonly string[] = [rowFlags.regionUnlisted, rowFlags.scopeUnlisted];
    return found === undefined || found.flags.some((flag) => unlisted.includes(flag))
      ? []
      : [{ scope, region, row: found.row }];
  });
}
