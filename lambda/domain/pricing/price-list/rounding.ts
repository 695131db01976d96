import { type Rate, ratePerMillion } from '../../money.ts';

const decimals = 12;
/** Decimals that AWS keeps at least. */
const coarsest = 2;

/**
 * Whether `text` (USD per million) is `standard` times `factor`, as AWS rounds: to some decimals, up or down. A batch price
 * of 0.09 is half of 0.175; 0.1595 is not half of 0.33.
 */
export function isRoundedMultiple(text: string, standard: Rate, factor: string): boolean {
  // Trailing zeros are gone: a whole dollar was not rounded to dollars.
  const places = Math.max(coarsest, text.split('.')[1]?.length ?? 0);
  const lastPlace = ratePerMillion(`0.${'1'.padStart(places, '0')}`);
  const scale = 10n ** BigInt(decimals);
  const exact = standard * ratePerMillion(factor);
  const listed = ratePerMillion(text) * scale;
  const off = exact > listed ? exact - listed : listed - exact;
  return off === 0n || off < lastPlace * scale;
}
