import { type Rate, ratePerUnit } from '../money.ts';
import units from './units.json' with { type: 'json' };

/** A price for something that is no model's: what a guardrail assesses, a router's choice. */
export interface UnitPrice {
  /** `guardrail`, `prompt-router`. */
  readonly id: string;
  readonly unitClass: string;
  /** Rate per unit of each variant (resolution, policy); `any` where there are none. */
  readonly rates: Readonly<Record<string, Rate>>;
  /** `*` stands for every commercial region. */
  readonly regions: readonly string[];
  /** Spelt out. */
  readonly source: string;
  readonly asOf: string;
}

const sources = new Map(Object.entries(units.sources));

export const unitPrices: readonly UnitPrice[] = units.units.map(({ usdPerUnit, source, ...unit }) => ({
  ...unit,
  rates: Object.fromEntries(Object.entries(usdPerUnit).map(([key, usd]) => [key, ratePerUnit(`${usd}`)])),
  source: sources.get(source) ?? source,
}));
