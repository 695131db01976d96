import { assertNever } from '../../../lambda/domain/assert-never.ts';
import { callAllowance } from '../../../lambda/domain/pricing/ceiling.ts';
import type { ChargeOptions } from '../../../lambda/domain/pricing/charge.ts';
import { rowFlags } from '../../../lambda/domain/pricing/find-row.ts';
import { parseModelId } from '../../../lambda/domain/pricing/model-id.ts';
import { type PriceBook, priceBook } from '../../../lambda/domain/pricing/price-book.ts';
import { type Profiles, modelFlags as resolveFlags } from '../../../lambda/domain/pricing/resolve-model.ts';
import { didYouMean } from '../../../lib/shared/did-you-mean.ts';
import type { CommandAnswer } from '../../command-line/answer.ts';
import { checkRegion } from '../../command-line/known-region.ts';
import { readDay } from '../../command-line/period.ts';
import { table } from '../../command-line/text-table.ts';
import { type Explanation, explainPrice } from './explain-price.ts';
import type { ExplainedRate } from './explained-rates.ts';

export interface ShowPriceOptions {
  /** Region that is called: it prices the call. */
  readonly region: string;
  /** Day (UTC) of the call: `2026-11-22`, or a time of that day. */
  readonly at: string;
  readonly profiles?: Profiles;
  /** @default AWS's list prices */
  readonly prices?: ChargeOptions['prices'];
  readonly book?: PriceBook;
}

/**
 * `prices show MODEL --region R [--at DATE]`: what the meter would charge, with source and date, or which ceiling stands
 * in and why. An unknown model is answered with its ceiling and exit status 1.
 * @throws InputError for a Region or a date that does not exist
 */
export function showPrice(modelId: string, options: ShowPriceOptions): CommandAnswer<Explanation> {
  const { region, at, profiles = {}, prices, book = priceBook } = options;
  checkRegion(region, '--region');
  const day = readDay(at, '--at');
  const explanation = explainPrice({ modelId, region, day, profiles, prices }, book);
  if (explanation.kind !== 'ceiling') return { text: textOf(explanation), json: explanation, exitCode: 0 };
  const known = book.models.flatMap(({ id, aliases }) => [id, ...aliases]);
  const read = parseModelId(modelId, (label) => book.providers.has(label));
  const meant = didYouMean(read.kind === 'model' ? read.id : modelId, known);
  return { text: `${textOf(explanation)}${meant.trim()}${meant && '\n'}`, json: explanation, exitCode: 1 };
}

const inWords: Readonly<Record<string, string>> = {
  [rowFlags.regionUnlisted]: 'no row names the region, so the most expensive one of the scope is used',
  [rowFlags.endPassed]: 'the price was announced until a day that has passed, and is charged on',
  [rowFlags.scopeUnlisted]: 'the model has no price for global profiles, so the regional one is used',
  [resolveFlags.variant]: 'the id carries a context suffix, which on-demand prices do not know',
  [resolveFlags.routed]:
    'a router chose the model: 0.001 USD a call are added, as its fee was once published',
  [resolveFlags.fromBody]: 'only the response named the model, so the regional price is used',
};

function textOf(explanation: Explanation): string {
  const { modelId, region, day, readAs, book } = explanation;
  const head = [`${modelId} in ${region} on ${day} (price book ${book})`, readAs];
  return `${[...head, ...bodyOf(explanation)].join('\n')}\n`;
}

function bodyOf(explanation: Explanation): readonly string[] {
  switch (explanation.kind) {
    case 'free':
      return [`A call costs nothing: ${explanation.why}.`];
    case 'ceiling':
      return [
        `It has no price: ${explanation.why}. Until it has one, ${explanation.basis} stand in, flagged as a ceiling:`,
        ratesTable(explanation.rates),
        `A call that does not tell its usage is taken for ${callAllowance.input} tokens of input and ` +
          `${callAllowance.output} of output, or ${callAllowance.images} images: ${explanation.unknownCallUsd} USD.`,
        ...(explanation.atOnceUsd === undefined
          ? []
          : [
              `Of it ${explanation.atOnceUsd} USD count at once, the rest when admins had unpricedGraceHours to price the model.`,
            ]),
      ];
    case 'units':
      return [ratesTable(explanation.rates), `Source:    ${explanation.source}, as of ${explanation.asOf}`];
    case 'priced':
      return pricedLines(explanation);
    default:
      return assertNever(explanation);
  }
}

function pricedLines(explanation: Extract<Explanation, { kind: 'priced' }>): readonly string[] {
  const { scope, regions, from, until, source, asOf, assumptions, longContextAbove, tiers } = explanation;
  const { provenance, multiplier, tier, mostSecondsGiven, toldUntil, oneSource, limits } = explanation;
  const where = regions.includes('*')
    ? 'every commercial region without a row of its own'
    : regions.join(', ');
  return [
    ratesTable(explanation.rates),
    `Row:       ${scope === 'any' ? 'any scope' : scope}, for ${where}`,
    `Valid:     ${from === null ? 'for all earlier times' : `from ${from}`}${until === null ? '' : `, until ${until}`}`,
    ...(toldUntil === null
      ? []
      : [`Told:      through ${toldUntil} at least; afterwards it is charged on, and each call says so`]),
    `Source:    ${source}, as of ${asOf}${oneSource ? '; the one source there is' : ''}`,
    `Holds:     ${limits.context} tokens of input and ${limits.answer} of output at most; more is no call of it`,
    ...(provenance === 'negotiated rate'
      ? [
          `Price:     negotiated: it replaces the list price${tier === null ? '' : `; said to be of the ${tier} tier`}`,
        ]
      : []),
    ...(multiplier === null
      ? []
      : [`Price:     negotiated: the list price × ${multiplier} (prices.multipliers of the settings)`]),
    ...(longContextAbove === null
      ? []
      : [
          `Context:   above ${longContextAbove} tokens of input and cache, the whole call has the long-context rate`,
        ]),
    ...(mostSecondsGiven === null
      ? []
      : [
          `Length:    no record tells it: a call that is given sound or video is charged ${mostSecondsGiven} seconds, as a ceiling`,
        ]),
    ...tiers.map(
      ({ tier, factor, source: from, asOf: seen }) =>
        `Tier:      ${tier} × ${factor} (${from}, as of ${seen})`,
    ),
    ...(tiers.length === 0
      ? []
      : [
          '           A tier is charged where a response tells that it served the call; batch jobs are not logged.',
        ]),
    ...assumptions.map((flag) => `Assumed:   ${Object.hasOwn(inWords, flag) ? inWords[flag] : flag}`),
  ];
}

function ratesTable(rates: readonly ExplainedRate[]): string {
  const long = rates.some(({ longContextUsd }) => longContextUsd !== undefined);
  const negotiated = rates.some(({ negotiatedUsd }) => negotiatedUsd !== undefined);
  return table(
    [
      'class',
      negotiated ? 'list USD' : 'USD',
      'per',
      ...(negotiated ? ['negotiated'] : []),
      ...(long ? ['long context'] : []),
    ],
    rates.map(({ what, usd, per, longContextUsd = '', negotiatedUsd = '' }) => [
      what,
      usd,
      per,
      ...(negotiated ? [negotiatedUsd] : []),
      ...(long ? [longContextUsd] : []),
    ]),
    [1, 3, 4],
  );
}
