import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readLine } from '../../../lambda/domain/metering/read-line.ts';
import { parseUsd } from '../../../lambda/domain/money.ts';
import { charge } from '../../../lambda/domain/pricing/charge.ts';

const jsonOf = (...path: readonly string[]) =>
  JSON.parse(readFileSync(join(import.meta.dirname, ...path), 'utf8'));
/** USD by hand, from the list prices that stand beside each other in the price book. */
const prices: Readonly<Record<string, { readonly usd: string; readonly quality: string }>> = jsonOf(
  'record-prices.expected.json',
);

describe('a record', () => {
  it.each(Object.entries(prices))('of %s costs what AWS charges', (name, { usd, quality }) => {
    const reading = readLine(JSON.stringify(jsonOf('..', 'metering', 'records', `${name}.input.json`)));
    if (reading.kind !== 'invocation') throw new Error(`Expected an invocation of ${name}.`);

    expect(charge(reading.invocation, { profiles: {} })).toMatchObject({ cost: parseUsd(usd), quality });
  });
});
