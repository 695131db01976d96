import { createHash } from 'node:crypto';
import { type EndingPrice, endText } from '../ending-prices.ts';
import type { Comparison } from './compare.ts';
import type { ListRate, SkipReason } from './list-rate.ts';
import type { ProposedPrice } from './proposal.ts';

/** What a person should check; undefined where the list says nothing new. */
export interface PriceReport {
  /** The same for the same findings, whatever the day and the order of AWS's pages. */
  readonly digest: string;
  /** At most 100 characters of ASCII. */
  readonly subject: string;
  readonly body: string;
}

/** What may hide a price of a model that the book has; the same row of each Region is told once. */
const ofKnownModels: ReadonlySet<SkipReason> = new Set([
  'unknown-usage-type',
  'unread-medium',
  'unknown-unit',
  'unreadable-price',
  'several-prices',
]);

/** Longer lists are cut: the command that checks prices shows all. */
const mostLines = 40;

/** Says what AWS's list has that the book does not, for people; nothing of it is in force. */
export function priceReport(
  comparison: Comparison,
  bookVersion: string,
  ending: readonly EndingPrice[] = [],
): PriceReport | undefined {
  const { day, proposal, findings, collisions, unknownNames, unread } = comparison;
  const unreadOfKnown = unread.flatMap(({ reason, usageType, detail }) =>
    ofKnownModels.has(reason) ? `${usageType?.replace(/^[A-Z0-9]+-/, '') ?? '?'}: ${detail}` : [],
  );
  const rejected = findings.flatMap((finding) =>
    finding.status === 'rejected'
      ? `${placeOf(finding.rate)}: ${finding.rate.ratePerMillion}, but ${finding.why}`
      : [],
  );
  const sections: readonly (readonly [string, readonly string[]])[] = [
    [
      'Different (book -> list)',
      proposal.change.map((price) => `${placeOf(price)}: ${price.from} -> ${price.to}`),
    ],
    [
      'New: the book lacks them',
      proposal.add.map((price) => `${placeOf(price)}: ${price.to} (${price.lacks})`),
    ],
    ['Models that no rule knows', unknownNames],
    ['Prices of known models that no rule reads', unreadOfKnown],
    ['Impossible: the list contradicts itself', rejected],
    ['Prices of the book that end, or have ended', ending.map(endText)],
    [
      'Two prices for one thing',
      collisions.map(({ key, rates }) => `${key}: ${rates.map((rate) => rate.ratePerMillion).join(' / ')}`),
    ],
  ];
  const told = sections
    .map(([title, lines]) => [title, [...new Set(lines)].sort()] as const)
    .filter(([, lines]) => lines.length > 0);
  if (told.length === 0) return undefined;
  const counts = [
    [proposal.change.length, 'differ'],
    [proposal.add.length + unknownNames.length, 'new'],
    [new Set(unreadOfKnown).size, 'unread'],
    [rejected.length + collisions.length, 'impossible'],
    [ending.length, 'ending'],
  ].flatMap(([count, what]) => (count === 0 ? [] : `${count} ${what}`));
  return {
    digest: createHash('sha256').update(JSON.stringify(told)).digest('hex'),
    subject: `Bedrock prices: AWS's price list and the price book: ${counts.join(', ')}`.slice(0, 100),
    body: [
      `AWS's price list of ${day} and the price book of ${bookVersion} were compared. Nothing was changed.`,
      'Amounts are USD for a million units (tokens, images, seconds).',
      ...told.flatMap(([title, lines]) => ['', `${title}:`, ...shortened(lines)]),
      '',
      'Next: hold it against AWS\'s pricing page, and follow "The price list says something else" in docs/runbook.md.',
      'This message comes once, and again only when the findings change.',
    ].join('\n'),
  };
}

function shortened(lines: readonly string[]): readonly string[] {
  const shown = lines.slice(0, mostLines).map((line) => `  ${line}`);
  const more = lines.length - shown.length;
  return more === 0
    ? shown
    : [...shown, `  … and ${more} more: "budgeteer prices check --price-list FILE" has all.`];
}

function placeOf(
  price: Omit<ListRate, 'ratePerMillion' | 'sku' | 'effectiveDate' | 'sourceText'> | ProposedPrice,
) {
  const { model, region, scope, tier, context, unitClass, variant } = price;
  const kind = [
    unitClass,
    variant,
    tier === 'standard' ? undefined : tier,
    context === 'normal' ? undefined : context,
  ];
  return [model, region, scope, ...kind.filter((part) => part !== undefined)].join(' ');
}
