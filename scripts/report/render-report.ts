import { Eta } from 'eta';
import { windowName } from '../../lambda/domain/notify/words.ts';
import { calendarWindow } from '../../lambda/domain/windows.ts';
import { type Chart, monthChart, seriesColour, sharesChart } from './charts.ts';
import { type MonthView, monthInWords, type ShareView } from './spend-over-time.ts';
import { style } from './style.ts';
import type { Table } from './table.ts';
import { budgetsTemplate, chartTemplate, pageTemplate, tableTemplate } from './templates.ts';
import type { TimeLineEvent } from './time-line.ts';
import type { ReportView } from './view.ts';
import { amountText } from './words.ts';

const eta = new Eta({ autoEscape: true, autoTrim: false });
eta.loadTemplate('@table', tableTemplate);
eta.loadTemplate('@chart', chartTemplate);
eta.loadTemplate('@budgets', budgetsTemplate);
eta.loadTemplate('@page', pageTemplate);

interface ChartView {
  readonly title?: string;
  readonly alt: string;
  readonly chart: Chart;
  readonly legend: readonly { readonly name: string; readonly colour: string; readonly look: string }[];
  /** The same figures, for whoever reads them. */
  readonly table: Table;
}

const sections = [
  ['time', 'Over time'],
  ['budgets', 'Budgets'],
  ['who', 'People and models'],
  ['events', 'Events'],
  ['refused', 'Refused'],
  ['expensive', 'Expensive fifth'],
  ['cache', 'Cache'],
  ['advice', 'Spend less'],
  ['coverage', 'Certainty'],
  ['unseen', 'Not seen'],
] as const;

/** Colour of a level beside its word, which alone tells it. */
const tones = {
  ...{ active: 'good', exempt: '', 'no-premium': 'near', restricted: 'near', grace: 'near' },
  ...{ suspended: 'over', halted: 'over' },
};
const tags: Readonly<Record<TimeLineEvent['tag'], string>> = {
  warning: 'near',
  forecast: '',
  restricted: 'near',
  suspended: 'over',
  failed: 'over',
  account: 'over',
  restored: 'good',
  order: '',
};

/** One HTML document that needs nothing else: no script, no network. Whatever callers named is escaped. */
export function renderHtmlReport(view: ReportView): string {
  return eta.render('@page', {
    ...view,
    ...{ style, sections, tones, tags },
    monthChart: view.month && monthChartView(view.month),
    sharesChart: view.shares.buckets.length > 0 ? sharesChartView(view.shares) : undefined,
  });
}

function monthChartView(month: MonthView): ChartView {
  const key = (name: string, look: string) => ({ name, look, colour: 'var(--series-1)' });
  return {
    alt: monthInWords(month),
    chart: monthChart(month),
    legend: [
      key('Spent', ''),
      ...(month.forecast === undefined
        ? []
        : [key('Projected', 'dashed'), key('Four of five times in this band', 'soft')]),
      ...(month.limit === undefined
        ? []
        : [{ name: `Limit ${amountText(month.limit)}`, look: '', colour: 'var(--over)' }]),
    ],
    table: {
      caption: `The account in ${month.name}, day by day`,
      columns: [
        { name: 'Day' },
        { name: 'Spent', number: true },
        { name: 'Since the month began', number: true },
      ],
      rows: month.days.map(({ day, spent, sum }) => [String(day), amountText(spent), amountText(sum)]),
      more: undefined,
    },
  };
}

function sharesChartView(shares: ShareView): ChartView {
  const { kind, buckets, series } = shares;
  const biggest = series.map(
    ({ name, amounts }) => `${name} ${amountText(amounts.reduce((sum, each) => sum + each, 0n))}`,
  );
  return {
    title: `By ${kind}, and who spent it`,
    alt: `Spend by ${kind}. In all: ${biggest.join(', ')}.`,
    chart: sharesChart(shares),
    legend: series.map(({ name }, index) => ({ name, look: '', colour: seriesColour(index) })),
    table: {
      caption: `Spend by ${kind}`,
      columns: [{ name: kind }, ...series.map(({ name }) => ({ name, number: true }))],
      rows: buckets.map((bucket, index) => [
        windowName(calendarWindow(bucket)),
        ...series.map(({ amounts }) => amountText(amounts[index] ?? 0n)),
      ]),
      more: undefined,
    },
  };
}
