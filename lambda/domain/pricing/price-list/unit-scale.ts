import type { UnitClass } from './list-rate.ts';

/** Decimals that a price moves to the left of the point to become one for a million units, or why it cannot. */
export type UnitScale =
  | { readonly kind: 'scale'; readonly decimals: number }
  | { readonly kind: 'refused'; readonly why: string };

const perUnit = 6;
const perThousand = 3;
const perMillion = 0;

/** Units of what is no token. */
const unitNames: Readonly<Record<string, RegExp>> = {
  image: /^(images?|units)$/i,
  videoSecond: /^seconds?$/i,
  searchQuery: /^(search )?units$/i,
  guardrailUnit: /^((text )?units|images?)$/i,
  toolRequest: /^(requests?|units)$/i,
};

/**
 * Tokens are priced by the thousand or the million, and the unit says which; the marketplace's older `Units` are
 * millions. A description that says otherwise refuses the price: a slip here is one of a thousand times.
 */
export function unitScale(
  unit: string,
  unitClass: UnitClass,
  marketplace: boolean,
  description: string,
): UnitScale {
  const name = unit.trim();
  const other = Object.hasOwn(unitNames, unitClass) ? unitNames[unitClass] : undefined;
  if (unitClass === 'toolRequest' && /^1K requests?$/i.test(name)) {
    return { kind: 'scale', decimals: perThousand };
  }
  if (other !== undefined) {
    return other.test(name) ? { kind: 'scale', decimals: perUnit } : refusal(name);
  }
  const decimals = tokenDecimals(name, marketplace);
  if (decimals === undefined) {
    return refusal(name);
  }
  const said = describedDecimals(description);
  return said === undefined || said === decimals
    ? { kind: 'scale', decimals }
    : { kind: 'refused', why: `the unit is "${name}", but the description says otherwise` };
}

function refusal(name: string): UnitScale {
  return { kind: 'refused', why: `no rule reads the unit "${name.slice(0, 40)}"` };
}

function tokenDecimals(name: string, marketplace: boolean): number | undefined {
  if (/^1K tokens?$/i.test(name)) {
    return perThousand;
  }
  return /^1M tokens?$/i.test(name) || (marketplace && /^units$/i.test(name)) ? perMillion : undefined;
}

function describedDecimals(description: string): number | undefined {
  const million = /\b(million|1M|1,000,000)\b/i.test(description);
  const thousand = /\b(thousand|1K|1,000(?!,))\b/i.test(description);
  return million === thousand ? undefined : million ? perMillion : perThousand;
}
