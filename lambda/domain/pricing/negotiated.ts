import { type NanoUsd, parseUsd } from '../money.ts';
import type { PricedModel } from './price-row.ts';

/** What AWS's list price is multiplied by, as an exact decimal: by a provider's label, or by a model's id. */
export type Multipliers = Readonly<Record<string, string>>;

export interface Negotiated {
  /** As configured, for the ledger. */
  readonly text: string;
  /** In billionths: `0.85` is 850,000,000. */
  readonly billionths: bigint;
}

export const negotiatedFlag = 'negotiated';
const one = 1_000_000_000n;

/** The multiplier of a model: its own before its provider's; undefined where its list price holds. */
export function multiplierOf(
  { id, aliases, provider }: Pick<PricedModel, 'id' | 'aliases' | 'provider'>,
  multipliers: Multipliers,
): Negotiated | undefined {
  return first([id, ...aliases, provider], multipliers);
}

/**
 * A ceiling stays an upper bound: a discount never lowers it, a surcharge raises it (the provider's, or where that is
 * unknown the highest of all; and a more expensive tier's).
 */
export function raisedCeiling(
  cost: NanoUsd,
  owner: Pick<PricedModel, 'id' | 'aliases' | 'provider'> | { readonly provider: string | undefined },
  multipliers: Multipliers,
  tierFactor = one,
): NanoUsd {
  const names = 'id' in owner ? [owner.id, ...owner.aliases] : [];
  const { provider } = owner;
  const known = provider === undefined ? undefined : first([...names, provider], multipliers);
  const highest = Object.values(multipliers).map(parseUsd).sort(descending)[0] ?? one;
  const factor = provider === undefined ? highest : (known?.billionths ?? one);
  const raised = (factor > one ? factor : one) * tierFactor;
  return (cost * raised + one * one - 1n) / (one * one);
}

function first(names: readonly string[], multipliers: Multipliers): Negotiated | undefined {
  const name = names.find((candidate) => Object.hasOwn(multipliers, candidate));
  const text = name === undefined ? undefined : multipliers[name];
  return text === undefined ? undefined : { text, billionths: parseUsd(text) };
}

const descending = (a: bigint, b: bigint) => (a < b ? 1 : a > b ? -1 : 0);
