import { table } from '../../../command-line/text-table.ts';
import { section } from '../../../run/report.ts';
import type { MapComparison, MapFinding } from './compare-price-map.ts';

/** Longer lists are cut: the JSON has them all. */
const mostRows = 60;

/** A comparison with a price map for people: what differs first, with the book's source beside it. */
export function mapComparisonText(comparison: MapComparison): string {
  const { book, day, counts, findings, unread, notInMap, commitments, otherProviders } = comparison;
  const of = (status: MapFinding['status']) => findings.filter((finding) => finding.status === status);
  const summary =
    `Held against the book of ${book}, as it stands on ${day}: ${counts.agreed} prices agree, ${counts.different} differ, ` +
    `${counts.lacking} are not in the book. Passed by: ${otherProviders} keys of other providers, ` +
    `${commitments} of capacity bought by the month.`;
  const names = Object.entries(unread).map(([name, keys]) => `${name} (${keys})`);
  return `${[
    summary,
    ...titled(
      'Different',
      ['key', 'what', 'per', 'map', 'book', 'ratio', 'where', 'source'],
      of('different').map(({ key, field, per, map, book: ours, ratio, place, ...from }) =>
        cells(key, field, per, map, ours, ratio, place, sourceOf(from)),
      ),
    ),
    ...titled(
      'Not in the book',
      ['key', 'what', 'lacks', 'map', 'per', 'where', 'source'],
      of('lacking').map(({ key, field, lacks, map, per, place, ...from }) =>
        cells(key, field, lacks, map, per, place, sourceOf(from)),
      ),
    ),
    ...titled('Sources of the book', ['source', 'what it is', 'prices that agree'], sources(findings)),
    ...(names.length === 0
      ? []
      : [`Prices of the map that no rule reads, and keys that have them: ${names.join(', ')}.`]),
    ...(notInMap.length === 0
      ? []
      : [`${notInMap.length} models of the book are in no key of the map (--json names them).`]),
  ].join('\n\n')}\n`;
}

const cells = (...values: readonly (string | undefined)[]): string[] => values.map((value) => value ?? '');

const sourceOf = ({ source, asOf }: Pick<MapFinding, 'source' | 'asOf'>): string =>
  source === undefined ? '' : `${source} ${asOf}`;

/** Every source that stands beside a price, spelt out, and how many prices agree by it. */
function sources(findings: readonly MapFinding[]): string[][] {
  const found = findings.filter(({ source }) => source !== undefined);
  const agreed = new Map(found.map((finding) => [`${sourceOf(finding)}\n${finding.sourceText}`, 0]));
  for (const finding of found.filter(({ status }) => status === 'agreed')) {
    const key = `${sourceOf(finding)}\n${finding.sourceText}`;
    agreed.set(key, (agreed.get(key) ?? 0) + 1);
  }
  return [...agreed].sort(([, a], [, b]) => b - a).map(([key, count]) => [...key.split('\n'), String(count)]);
}

function titled(title: string, head: string[], rows: string[][]): string[] {
  if (rows.length === 0) return [];
  const more = rows.length > mostRows ? `\n… and ${rows.length - mostRows} more (--json has all)` : '';
  return [section(title, `${table(head, rows.slice(0, mostRows), [])}${more}`)];
}
