import type { BudgetSpec } from '../settings.ts';

/**
 * What a role whose sessions pay may spend as a whole, where nobody said otherwise: ten times what one principal may.
 * Enough for a team on one role, and a bound for someone who gives himself a new session name with each call.
 */
export function roleBudgetFrom({ dayUsd, weekUsd, monthUsd, thresholds }: BudgetSpec): BudgetSpec {
  return {
    ...(dayUsd !== undefined && { dayUsd: tenfold(dayUsd) }),
    ...(weekUsd !== undefined && { weekUsd: tenfold(weekUsd) }),
    ...(monthUsd !== undefined && { monthUsd: tenfold(monthUsd) }),
    ...(thresholds !== undefined && {
      thresholds: thresholds.map(({ at, do: actions }) => ({
        at: at.endsWith(' USD') ? `${tenfold(at.slice(0, -' USD'.length))} USD` : at,
        do: actions,
      })) as unknown as NonNullable<BudgetSpec['thresholds']>,
    }),
  };
}

/** Of a decimal, as exact as it was: `50.00` becomes `500.00`. */
function tenfold(amount: string): string {
  const [whole = '0', fraction = ''] = amount.split('.');
  const scaled = BigInt(`${whole}${fraction}0`)
    .toString()
    .padStart(fraction.length + 1, '0');
  if (fraction === '') return scaled;
  return `${scaled.slice(0, -fraction.length)}.${scaled.slice(-fraction.length)}`;
}
