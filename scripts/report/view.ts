import { promptTokens } from '../../lambda/domain/metering/tokens.ts';
import { formatUsdShort, type NanoUsd, parseUsd } from '../../lambda/domain/money.ts';
import { type AdviceView, adviceView } from './advice-view.ts';
import { type BudgetBar, budgetBars } from './budget-bars.ts';
import { type CoverageView, coverageOf } from './coverage.ts';
import { cacheOf, headlineOf, refusedOf, type Tile, tilesOf, totalOf } from './headline.ts';
import type { ReportInput } from './report-input.ts';
import { type MonthView, monthOf, type ShareView, shareViewOf } from './spend-over-time.ts';
import type { Table } from './table.ts';
import { type TimeLineEvent, timeLine } from './time-line.ts';
import {
  amountText,
  capped,
  count,
  dayAndTime,
  named,
  percent,
  period,
  plural,
  share,
  shortCount,
} from './words.ts';

/** All that a report says, in the words it says it; amounts are left only where something is drawn from them. */
export interface ReportView {
  readonly title: string;
  readonly made: string;
  readonly headline: { readonly first: string; readonly further: readonly string[] };
  readonly tiles: readonly Tile[];
  readonly month: MonthView | undefined;
  readonly shares: ShareView;
  readonly budgets: { readonly bars: readonly BudgetBar[]; readonly more: string | undefined };
  readonly who: Table;
  readonly models: Table;
  readonly timeLine: { readonly events: readonly TimeLineEvent[]; readonly more: string | undefined };
  readonly refused: { readonly text: string; readonly table: Table | undefined };
  readonly expensive: {
    readonly text: string;
    readonly calls: number;
    readonly cost: number;
    readonly table: Table;
  };
  readonly cache: { readonly text: string; readonly table: Table };
  readonly advice: AdviceView;
  readonly coverage: CoverageView;
}

const mostBudgets = 40;
const mostRows = 50;
const mostEvents = 150;

/** @param input what a run or a replay came to */
export function reportView(input: ReportInput): ReportView {
  const { result, usage, settings } = input;
  const month = monthOf(input);
  const bars = capped(budgetBars(input), mostBudgets);
  const events = timeLine(input);
  const shownEvents = events.slice(-mostEvents);
  return {
    title:
      usage.period === undefined
        ? 'Amazon Bedrock spend'
        : `Amazon Bedrock spend ${period(usage.period.from, usage.period.to, settings.timeZone)}`,
    made: `As of ${dayAndTime(result.at, settings.timeZone)} (${settings.timeZone})`,
    headline: headlineOf(input, month),
    tiles: tilesOf(input, month),
    month,
    shares: shareViewOf(input),
    budgets: {
      bars: bars.shown,
      more:
        bars.more.length > 0
          ? `${plural(bars.more.length, 'budget')} with a smaller share used not shown.`
          : undefined,
    },
    who: whoTable(input),
    models: modelTable(input),
    timeLine: {
      events: shownEvents,
      more:
        events.length > shownEvents.length
          ? `${plural(events.length - shownEvents.length, 'earlier event')} not shown.`
          : undefined,
    },
    refused: refusedView(input),
    expensive: expensiveView(input),
    cache: cacheView(input),
    advice: adviceView(input),
    coverage: coverageOf(input),
  };
}

function whoTable(input: ReportInput): Table {
  const { spend } = input.result;
  const total = totalOf(input);
  const { shown, more } = capped(spend, mostRows);
  const rest = more.reduce((sum, { spentUsd }) => sum + parseUsd(spentUsd), 0n);
  return {
    caption: 'Who spent what on which model, the most expensive first',
    columns: [
      { name: 'Who', code: true },
      { name: 'Model', code: true },
      { name: 'Requests', number: true },
      { name: 'Spent', number: true },
      { name: 'Share', number: true },
    ],
    rows: shown.map(({ principal, model, requests, spentUsd, atCeiling }) => [
      named(principal),
      `${named(model)}${atCeiling > 0 ? ' (ceiling price)' : ''}`,
      count(requests),
      formatUsdShort(parseUsd(spentUsd)),
      bar(share(parseUsd(spentUsd), total)),
    ]),
    more: others(more.length, 'pair of payer and model', 'pairs of payer and model', rest),
  };
}

function modelTable(input: ReportInput): Table {
  const total = [...input.usage.models.values()].reduce((sum, { cost }) => sum + cost, 0n);
  const sorted = [...input.usage.models].sort(([, a], [, b]) =>
    a.cost < b.cost ? 1 : a.cost > b.cost ? -1 : 0,
  );
  const { shown, more } = capped(sorted, mostRows);
  return {
    caption: 'Models by spend',
    columns: [
      { name: 'Model', code: true },
      { name: 'Requests', number: true },
      { name: 'Prompt tokens', number: true },
      { name: 'Answer tokens', number: true },
      { name: 'Per request', number: true },
      { name: 'Spent', number: true },
      { name: 'Share', number: true },
    ],
    rows: shown.map(([model, each]) => [
      named(model),
      count(each.requests),
      shortCount(each.prompt),
      shortCount(each.output),
      amountText(each.cost / BigInt(Math.max(1, each.requests))),
      amountText(each.cost),
      bar(share(each.cost, total)),
    ]),
    more: others(
      more.length,
      'model',
      'models',
      more.reduce((sum, [, { cost }]) => sum + cost, 0n),
    ),
  };
}

function refusedView(input: ReportInput): ReportView['refused'] {
  const { refused, usage, settings, result } = input;
  const denied = result.invocations.filter(({ decision }) => decision === 'denied').length;
  const { shown, more } = capped(refused ?? usage.whileHeld, mostRows);
  const { calls, cost } = refusedOf(input);
  const asked =
    denied > 0 && refused === undefined
      ? ` IAM denied ${plural(denied, 'call')} that the scenario tried.`
      : '';
  if (shown.length === 0)
    return { text: `No call came while its payer was suspended.${asked}`, table: undefined };
  const text =
    refused === undefined
      ? `The log has ${plural(calls, 'call')} for ${amountText(cost)} that came while their payer was suspended. A deployment that enforces would have refused them, apart from those of the first seconds.`
      : `IAM refused ${plural(calls, 'call')}, which would have cost ${amountText(cost)}.`;
  return {
    text: text + asked,
    table: {
      caption: refused === undefined ? 'Calls while suspended' : 'Refused calls',
      columns: [
        { name: 'Who', code: true },
        { name: 'Model', code: true },
        { name: 'Calls', number: true },
        { name: refused === undefined ? 'Cost' : 'Would have cost', number: true },
        { name: 'From' },
        { name: 'Until' },
      ],
      rows: shown.map(({ principal, model, requests, cost: each, from, to }) => [
        named(principal),
        named(model),
        count(requests),
        amountText(each),
        dayAndTime(from, settings.timeZone),
        dayAndTime(to, settings.timeZone),
      ]),
      more: others(
        more.length,
        'more row',
        'more rows',
        more.reduce((sum, each) => sum + each.cost, 0n),
      ),
    },
  };
}

function expensiveView({ usage, settings }: ReportInput): ReportView['expensive'] {
  const { calls, cost, of, ofCalls } = usage.fifth;
  return {
    text: `The most expensive fifth of the requests (${count(calls)} of ${count(ofCalls)}) cost ${amountText(cost)}: ${percent(share(cost, of))} of everything.`,
    calls: ofCalls === 0 ? 0 : calls / ofCalls,
    cost: share(cost, of),
    table: {
      caption: 'The most expensive single requests',
      columns: [
        { name: 'When' },
        { name: 'Who', code: true },
        { name: 'Model', code: true },
        { name: 'Prompt tokens', number: true },
        { name: 'Answer tokens', number: true },
        { name: 'Cost', number: true },
      ],
      rows: usage.expensive.map(({ timestamp, principal, charge, usage: tokens }) => [
        dayAndTime(timestamp, settings.timeZone),
        named(principal),
        named(charge.model),
        tokens === undefined ? 'not told' : shortCount(promptTokens(tokens)),
        tokens === undefined ? 'not told' : shortCount(tokens.output),
        amountText(charge.cost),
      ]),
      more: undefined,
    },
  };
}

function cacheView({ usage }: ReportInput): ReportView['cache'] {
  const { rate, saved } = cacheOf(usage);
  const used = [...usage.models]
    .filter(([, { prompt }]) => prompt > 0)
    .sort(([, a], [, b]) => b.prompt - a.prompt);
  const { shown, more } = capped(used, mostRows);
  const saves =
    saved < 0n
      ? `Cache writes cost ${amountText(-saved)} more than their reads saved.`
      : `By list price the same calls would have cost ${amountText(saved)} more without it.`;
  return {
    text: `${percent(rate)} of all prompt tokens were read from the prompt cache. ${saves}`,
    table: {
      caption: 'Prompt cache by model',
      columns: [
        { name: 'Model', code: true },
        { name: 'Prompt tokens', number: true },
        { name: 'Read from cache', number: true },
        { name: 'Written to cache', number: true },
        { name: 'Saved', number: true },
        { name: 'Hit rate', number: true },
      ],
      rows: shown.map(([model, { prompt, cacheRead, cacheWrite, cacheSaved }]) => [
        named(model),
        shortCount(prompt),
        shortCount(cacheRead),
        shortCount(cacheWrite),
        amountText(cacheSaved),
        bar(cacheRead / prompt),
      ]),
      more: more.length > 0 ? `${plural(more.length, 'more model')} not shown.` : undefined,
    },
  };
}

const bar = (part: number) => ({ text: percent(part), bar: part });

const others = (n: number, one: string, many: string, cost: NanoUsd): string | undefined =>
  n > 0 ? `${plural(n, one, many)} not shown: ${amountText(cost)} together.` : undefined;
