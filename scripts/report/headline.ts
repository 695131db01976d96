import { type NanoUsd, parseUsd } from '../../lambda/domain/money.ts';
import type { ReportInput } from './report-input.ts';
import type { MonthView } from './spend-over-time.ts';
import { heldPeople } from './time-line.ts';
import type { UsageFacts } from './usage-facts.ts';
import { amountText, date, named, percent, period, plural, share } from './words.ts';

export interface Tile {
  readonly label: string;
  readonly value: string;
  readonly note: string;
  readonly tone: 'plain' | 'good' | 'near' | 'over';
}

/** What a manager reads aloud: one sentence, and a few more that follow from it. */
export function headlineOf(
  input: ReportInput,
  month: MonthView | undefined,
): { first: string; further: string[] } {
  const { result, usage, settings } = input;
  if (usage.period === undefined) {
    return {
      first: 'No call to Amazon Bedrock was posted.',
      further: ['There is nothing to report on yet.'],
    };
  }
  const payers = new Set(result.spend.map(({ principal }) => principal)).size;
  const when = period(usage.period.from, usage.period.to, settings.timeZone);
  const first = `${plural(payers, 'person or service', 'people and services')} spent ${amountText(totalOf(input))} on Amazon Bedrock ${when}.`;
  return {
    first: first.replace(/^1 person or service/, 'One person or service'),
    further: [...limitSentence(month), ...heldSentence(input), ...forecastSentence(month, settings.timeZone)],
  };
}

export const totalOf = ({ result }: ReportInput): NanoUsd =>
  result.spend.reduce((sum, { spentUsd }) => sum + parseUsd(spentUsd), 0n);

function limitSentence(month: MonthView | undefined): string[] {
  if (month?.limit === undefined) return [];
  const { name, spent, limit } = month;
  return [
    `In ${name} the account used ${percent(share(spent, limit))} of its limit of ${amountText(limit)}.`,
  ];
}

function heldSentence(input: ReportInput): string[] {
  const { suspended, restricted } = heldPeople(input);
  const { calls, cost } = refusedOf(input);
  const mild =
    restricted.length > 0 ? ` ${plural(restricted.length, 'was', 'were')} restricted to cheaper models.` : '';
  if (suspended.length === 0) return [`Nobody was suspended.${mild}`];
  const who =
    suspended.length <= 2
      ? suspended.map((name) => named(name, 60)).join(' and ')
      : `${suspended.length} people and services`;
  const was = suspended.length === 1 ? 'was' : 'were';
  const kept =
    calls === 0
      ? ''
      : input.refused === undefined
        ? ` ${plural(calls, 'call')} for ${amountText(cost)} came after that: a deployment would have refused them.`
        : ` ${plural(calls, 'call')} for ${amountText(cost)} ${calls === 1 ? 'was' : 'were'} refused.`;
  return [`${who} ${was} suspended for reaching a limit.${kept}${mild}`];
}

function forecastSentence(month: MonthView | undefined, zone: string): string[] {
  if (month?.forecast === undefined) return [];
  const { projected, low, high, runsOut } = month.forecast;
  const range = `${amountText(low)} to ${amountText(high)}`;
  const out =
    runsOut.at === undefined ? '' : ` The limit is reached about ${date(runsOut.at.toISOString(), zone)}.`;
  return [
    `If it goes on like this, ${month.name} ends at ${amountText(projected)} (four of five times ${range}).${out}`,
  ];
}

/** Calls that were refused, or that came while their payer was suspended. */
export function refusedOf({ refused, usage }: ReportInput): {
  readonly calls: number;
  readonly cost: NanoUsd;
} {
  const rows = refused ?? usage.whileHeld;
  return {
    calls: rows.reduce((sum, { requests }) => sum + requests, 0),
    cost: rows.reduce((sum, { cost }) => sum + cost, 0n),
  };
}

export function tilesOf(input: ReportInput, month: MonthView | undefined): Tile[] {
  const { result, usage } = input;
  const { suspended, restricted } = heldPeople(input);
  const refused = refusedOf(input);
  const cache = cacheOf(usage);
  const used = month?.limit === undefined ? undefined : share(month.spent, month.limit);
  const requests = result.spend.reduce((sum, each) => sum + each.requests, 0);
  return [
    { label: 'Spent', value: amountText(totalOf(input)), note: plural(requests, 'request'), tone: 'plain' },
    ...(used === undefined || month?.limit === undefined
      ? []
      : [
          {
            label: `Limit used in ${month.name}`,
            value: percent(used),
            note: `${amountText(month.spent)} of ${amountText(month.limit)}`,
            tone: used >= 1 ? ('over' as const) : used >= 0.8 ? ('near' as const) : ('good' as const),
          },
        ]),
    ...(month?.forecast === undefined
      ? []
      : [
          {
            label: 'Projected for the month’s end',
            value: amountText(month.forecast.projected),
            note: `${amountText(month.forecast.low)} to ${amountText(month.forecast.high)}`,
            tone:
              month.limit !== undefined && month.forecast.projected >= month.limit
                ? ('over' as const)
                : ('plain' as const),
          },
        ]),
    {
      label: 'Suspended',
      value: String(suspended.length),
      note: `${restricted.length} more restricted`,
      tone: suspended.length > 0 ? 'over' : 'good',
    },
    {
      label: input.refused === undefined ? 'Spent while suspended' : 'Refused',
      value: amountText(refused.cost),
      note: plural(refused.calls, 'call'),
      tone: 'plain',
    },
    {
      label: 'Saved by caching',
      value: amountText(cache.saved),
      note: `hit rate ${percent(cache.rate)}`,
      tone: 'plain',
    },
  ];
}

/** Of all prompts together: which share came from the cache, and what that saved (nano-USD; negative where it cost more). */
export function cacheOf({ models }: UsageFacts): { readonly rate: number; readonly saved: NanoUsd } {
  let [prompt, read, saved] = [0, 0, 0n];
  for (const model of models.values()) {
    prompt += model.prompt;
    read += model.cacheRead;
    saved += model.cacheSaved;
  }
  return { rate: prompt > 0 ? read / prompt : 0, saved };
}
