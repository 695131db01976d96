import type { Comparison } from '../../../lambda/domain/pricing/price-list/compare.ts';
import type { PriceFinding } from '../../../lambda/domain/pricing/price-list/finding.ts';
import type { ListRate } from '../../../lambda/domain/pricing/price-list/list-rate.ts';
import { table } from '../../command-line/text-table.ts';
import { section } from '../../run/report.ts';

/** Longer lists are cut: the JSON has them all. */
const mostRows = 40;

/** A comparison for people: what to write into the book, what to ask AWS about, what agreed. */
export function comparisonText(comparison: Comparison): string {
  const { counts, day, collisions, unread, unknownNames, findings } = comparison;
  const of = <S extends PriceFinding['status']>(status: S) =>
    findings.filter((finding): finding is Extract<PriceFinding, { status: S }> => finding.status === status);
  const summary =
    `Held against the book of ${day}: ${counts.agreed} prices agree, ${counts.different} differ, ` +
    `${counts['missing-from-book']} are missing from the book, ${counts.decided} differ by decision, ` +
    `${counts.rejected} were rejected as impossible, ${counts.collided} have two prices, ${counts.unread} could not be read.`;
  return [
    summary,
    ...titled(
      'Different: to be decided by a person',
      ['what', 'where', 'book', 'list', 'ratio'],
      of('different').map(({ rate, book, ratio }) => [...place(rate), book, rate.ratePerMillion, ratio]),
    ),
    ...titled(
      'Missing from the book',
      ['what', 'where', 'lacks', 'list'],
      of('missing-from-book').map(({ rate, what }) => [...place(rate), what, rate.ratePerMillion]),
    ),
    ...titled(
      'Rejected: the list contradicts itself',
      ['what', 'where', 'list', 'because'],
      of('rejected').map(({ rate, why }) => [...place(rate), rate.ratePerMillion, why]),
    ),
    ...titled(
      'Two prices for one thing',
      ['what', 'prices', 'SKUs'],
      collisions.map(({ key, rates }) => [
        key,
        rates.map(({ ratePerMillion }) => ratePerMillion).join(' / '),
        rates.map(({ sku }) => sku).join(' / '),
      ]),
    ),
    ...titled(
      'Not read',
      ['SKU', 'usage type', 'because'],
      unread
        .filter(({ reason }) => reason !== 'unknown-model')
        .map(({ sku = '', usageType = '', detail }) => [sku, usageType, detail]),
    ),
    ...(unknownNames.length === 0 ? [] : [`Models that no rule knows: ${unknownNames.join(', ')}.`]),
  ].join('\n\n');
}

function titled(title: string, head: string[], rows: string[][]): string[] {
  if (rows.length === 0) {
    return [];
  }
  const more = rows.length > mostRows ? `\n… and ${rows.length - mostRows} more (--json has all)` : '';
  return [section(title, `${table(head, rows.slice(0, mostRows), [])}${more}`)];
}

function place({ model, region, scope, tier, context, unitClass, variant }: ListRate): [string, string] {
  const kind = [
    unitClass,
    variant,
    tier === 'standard' ? undefined : tier,
    context === 'long' ? 'long' : undefined,
  ];
  return [`${model} ${kind.filter(Boolean).join(' ')}`, `${region} ${scope}`];
}
