import * as echarts from 'echarts';
import type { NanoUsd } from '../../lambda/domain/money.ts';
import { calendarWindow, windowKindOf } from '../../lambda/domain/windows.ts';
import type { MonthView, ShareView } from './spend-over-time.ts';
import { amountText } from './words.ts';

/** Two drawings of one chart: letters keep their size on a phone, which a scaled drawing would not. */
export interface Chart {
  readonly wide: string;
  readonly narrow: string;
}

type Option = echarts.EChartsCoreOption;
interface Size {
  readonly width: number;
  readonly height: number;
  readonly ticks: number;
}

const sizes = {
  wide: { width: 1040, height: 330, ticks: 15 },
  narrow: { width: 350, height: 250, ticks: 5 },
} as const satisfies Record<keyof Chart, Size>;

const font = { fontFamily: 'inherit', fontSize: 12 };
/** The page's custom properties: so one drawing serves light and dark. */
const ink = { color: 'var(--muted)', ...font };
const rule = { lineStyle: { color: 'var(--line)' } };

/** Colours of a series of bars, by its place; as many as the stylesheet names. */
export const seriesColour = (index: number): string => `var(--series-${(index % 6) + 1})`;

/** How the month filled, its limit, and the band in which it ends four of five times. */
export function monthChart(month: MonthView): Chart {
  const { days, daysInMonth, limit, forecast } = month;
  const top = Math.max(dollars(month.spent), forecast === undefined ? 0 : dollars(forecast.high));
  // A limit far above would press the line into the ground; the text names it.
  const drawnLimit = limit !== undefined && dollars(limit) <= 3 * top ? dollars(limit) : undefined;
  const today = days.length;
  const cone = (end: NanoUsd) =>
    Array.from({ length: daysInMonth }, (_, index) => {
      if (forecast === undefined || index + 1 < today) return null;
      const passed = daysInMonth === today ? 1 : (index + 1 - today) / (daysInMonth - today);
      return dollars(month.spent) + (dollars(end) - dollars(month.spent)) * passed;
    });
  const line = { type: 'line', symbol: 'none', silent: true, emphasis: { disabled: true } };
  const [low, high] = forecast === undefined ? [[], []] : [cone(forecast.low), cone(forecast.high)];
  const option = (size: Size): Option => ({
    ...base(
      size,
      Array.from({ length: daysInMonth }, (_, index) => String(index + 1)),
    ),
    yAxis: amounts(Math.max(top, drawnLimit ?? 0)),
    series: [
      { ...line, stack: 'band', lineStyle: { opacity: 0 }, data: low },
      {
        ...{ ...line, stack: 'band', lineStyle: { opacity: 0 } },
        areaStyle: { color: 'var(--series-1)', opacity: 0.18 },
        data: high.map((value, index) => (value === null ? null : value - (low[index] ?? 0))),
      },
      {
        ...line,
        lineStyle: { color: 'var(--series-1)', width: 2, type: 'dashed' },
        data: forecast === undefined ? [] : cone(forecast.projected),
      },
      {
        ...line,
        lineStyle: { color: 'var(--series-1)', width: 3 },
        areaStyle: { color: 'var(--series-1)', opacity: 0.1 },
        data: days.map(({ sum }) => dollars(sum)),
        ...(drawnLimit !== undefined &&
          limit !== undefined && {
            markLine: {
              ...{ silent: true, symbol: 'none', animation: false },
              lineStyle: { color: 'var(--over)', width: 2, type: 'solid' },
              label: {
                ...{ formatter: `Limit ${amountText(limit)}`, position: 'insideStartTop', ...font },
                ...{ color: 'var(--over)', fontWeight: 600, textBorderWidth: 0 },
              },
              data: [{ yAxis: drawnLimit }],
            },
          }),
      },
    ],
  });
  return drawn(option);
}

/** Bars of each day, week or month, one colour a spender. */
export function sharesChart({ buckets, series, kind }: ShareView): Chart {
  const names = buckets.map((id) => {
    const text = calendarWindow(id).slice(windowKindOf(id).length + 1);
    return kind === 'day' ? dayName(text) : text;
  });
  const sums = buckets.map((_, at) =>
    series.reduce((sum, { amounts }) => sum + dollars(amounts[at] ?? 0n), 0),
  );
  const option = (size: Size): Option => ({
    ...base(size, names),
    yAxis: amounts(Math.max(0, ...sums)),
    series: series.map(({ amounts: each }, index) => ({
      ...{ type: 'bar', stack: 'all', silent: true, emphasis: { disabled: true }, barMaxWidth: 44 },
      itemStyle: { color: seriesColour(index) },
      data: each.map(dollars),
    })),
  });
  return drawn(option);
}

const base = ({ ticks }: Size, names: readonly string[]): Option => ({
  animation: false,
  backgroundColor: 'transparent',
  grid: { left: 4, right: 12, top: 18, bottom: 4, containLabel: true },
  xAxis: {
    type: 'category',
    data: [...names],
    axisLabel: { ...ink, interval: Math.max(0, Math.ceil(names.length / ticks) - 1) },
    axisLine: rule,
    axisTick: { show: false },
  },
});

const amounts = (top: number) => ({
  type: 'value',
  splitNumber: 4,
  splitLine: rule,
  axisLabel: {
    ...ink,
    formatter: (value: number) =>
      top < 4 ? `$${value.toFixed(2)}` : `$${value.toLocaleString('en-US', { maximumFractionDigits: 1 })}`,
  },
});

function drawn(option: (size: Size) => Option): Chart {
  return { wide: svg(option(sizes.wide), sizes.wide), narrow: svg(option(sizes.narrow), sizes.narrow) };
}

function svg(option: Option, { width, height }: Size): string {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption(option);
    return tidied(chart.renderToSVGString());
  } finally {
    chart.dispose();
  }
}

/** Without what only a live chart needs (rules for a pointer, the library's own attributes); it fills its container. */
const tidied = (text: string): string =>
  text
    .replace(/<style ?>[\s\S]*?<\/style>/g, '')
    .replace(/ (?:ecmeta_\w+|class|pointer-events)="[^"]*"/g, '')
    .replace(/font-family:[^;"]*;?/g, '')
    .replace(/^<svg width="\d+" height="\d+"/, '<svg aria-hidden="true" focusable="false"');

/** `16 Nov` */
const dayName = (day: string): string =>
  new Date(day).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });

/** A double is exact enough to draw from. */
const dollars = (amount: NanoUsd): number => Number(amount) / 1e9;
