import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findRow } from '../../../../lambda/domain/pricing/find-row.ts';
import { formatPerMillion } from '../../../../lambda/domain/pricing/format-rate.ts';
import { priceBook } from '../../../../lambda/domain/pricing/price-book.ts';
import decisions from '../../../../lambda/domain/pricing/price-list/decisions.json' with { type: 'json' };
import { decision } from '../../../../lambda/domain/pricing/price-list/decisions.ts';
import { modelNamed } from '../../../../lambda/domain/pricing/price-list/model-names.ts';
import type { PriceScope } from '../../../../lambda/domain/pricing/price-row.ts';

/** Rates of AWS's price list, standard tier, in USD per million tokens: name, scope, Regions, and one for each class. */
interface ListRows {
  readonly names: readonly string[];
  readonly rows: readonly [string, PriceScope, readonly string[], readonly (string | null)[]][];
}

const file = join(import.meta.dirname, 'list-rows.expected.json');
const list = JSON.parse(readFileSync(file, 'utf8')) as ListRows;
const classes = ['input', 'output', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h', 'cacheWrite30m'] as const;
/** Of the list. */
const day = '2026-10-08';
/** Where a row names no Region, any commercial one will do. */
const anywhere = 'us-east-1';

const rates = list.rows.flatMap(([name, scope, regions, amounts]) => {
  const named = modelNamed(name, priceBook);
  if (named.kind !== 'model') return [];
  return regions.flatMap((region) =>
    amounts.flatMap((listed, index) => {
      const unitClass = classes[index];
      if (listed === null || unitClass === undefined) return [];
      return [{ model: named.id, scope, region: region === '*' ? anywhere : region, unitClass, listed }];
    }),
  );
});

function booked({ model, scope, region, unitClass }: (typeof rates)[number]): string {
  const priced = priceBook.find(model);
  const found = priced && findRow(priced, scope, region, day);
  if (found === undefined || found.flags.length > 0) return `no price (${found?.flags.join()})`;
  const rate = found.row.tokens[unitClass];
  return rate === undefined ? 'no such class' : formatPerMillion(rate);
}

describe('for each model and Region that AWS’s price list names', () => {
  const different = rates.filter((rate) => booked(rate) !== rate.listed);

  it('the book agrees, or a decision says why not', () => {
    const unexplained = different.filter((rate) => decision(rate) === undefined);

    expect(unexplained.map((rate) => ({ ...rate, booked: booked(rate) }))).toEqual([]);
    expect(rates.length).toBeGreaterThan(3000);
  });

  it('no decision explains what agrees by now', () => {
    const idle = decisions.filter(
      ({ models, regions }) =>
        !different.some(
          ({ model, region }) =>
            models.includes(model) && (regions.includes(region) || regions.includes('*')),
        ),
    );

    expect(idle).toEqual([]);
  });

  it('the name means a model, or the table says why it is left out', () => {
    expect(list.names.filter((name) => modelNamed(name, priceBook).kind === 'unknown')).toEqual([]);
  });
});
