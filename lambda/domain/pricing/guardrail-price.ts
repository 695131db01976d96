import { costOf, type NanoUsd, type Rate } from '../money.ts';
import { unitPrices } from './unit-prices.ts';

export const guardrailFlags = {
  /** A policy that no list prices assessed something: it is not in the sum. */
  unlisted: 'guardrail-policy-unlisted',
} as const;

/** AWS's price list has another name for what a trace calls so. */
const listedNames: Readonly<Record<string, string>> = {
  sensitiveInformationPolicy: 'sensitiveInformationPolicyPaid',
};

const rates: ReadonlyMap<string, Rate> = new Map(
  unitPrices
    .filter(({ unitClass }) => unitClass === 'guardrailUnit')
    .flatMap(({ rates }) => Object.entries(rates)),
);

/** What guardrails cost for what they assessed, by policy, in units of up to 1,000 characters. */
export function guardrailPrice(units: Readonly<Record<string, number>>): {
  readonly cost: NanoUsd;
  readonly flags: readonly string[];
} {
  const assessed = Object.entries(units);
  const lines = assessed.flatMap(([policy, quantity]) => {
    const rate = rates.get(listedNames[policy] ?? policy);
    return rate === undefined ? [] : [{ quantity, rate }];
  });
  return {
    cost: costOf(lines),
    flags: lines.length < assessed.length ? [guardrailFlags.unlisted] : [],
  };
}
