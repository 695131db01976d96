import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as metrics from '../../../lambda/contracts/metrics.ts';
import { requiredCapacity } from '../../../lib/config.ts';
import { ResolvedStage } from '../resolved.ts';

/** Figures rot: those of docs/deployment.md that follow from the templates are held against them. */
const text = readFileSync(join(import.meta.dirname, '../../../docs/deployment.md'), 'utf8');
const stage = new ResolvedStage({ settings: { mode: 'shadow' } });
const costs = text.slice(text.indexOf('| each month, idle'), text.indexOf('| each million calls'));
const rows = [...costs.matchAll(/^\| ([^|*]+?) \| ([^|]+?) \| ([\d.]+) \|$/gm)].map(
  ([, what = '', arithmetic = '', usd = '']) => ({ what, arithmetic, usd: Number(usd) }),
);
const row = (start: string) => rows.find(({ what }) => what.startsWith(start));
const cents = (value: number) => Math.round(value * 100) / 100;

test('The months of an idle stage add up', () => {
  const [, together] = /\| \*\*together\*\* \| \| \*\*([\d.]+)\*\* \|/.exec(costs) ?? [];

  expect(rows.length).toBeGreaterThan(5);
  expect(Number(together)).toBe(cents(rows.reduce((sum, { usd }) => sum + usd, 0)));
});

test.each([
  ['writes', 'write', 0.00065],
  ['reads', 'read', 0.00013],
] as const)('The %s at the minima are those of the tables and the index', (name, kind, rate) => {
  const minima = [requiredCapacity.userBudgets, ...Object.values(requiredCapacity)].map(
    (table) => table[kind].min,
  );
  const units = minima.reduce((sum, min) => sum + min, 0);

  expect(row(`DynamoDB, ${name}`)).toMatchObject({
    arithmetic: expect.stringContaining(`= ${units} units × 730 h × ${rate}`),
    usd: cents(units * 730 * rate),
  });
});

test('The alarms are as many as there are, and so are their metrics', () => {
  const alarms = stage.all('AWS::CloudWatch::Alarm');
  const watched = alarms.reduce((sum, { properties }) => {
    const parts = (properties['Metrics'] ?? [{ MetricStat: true }]) as { MetricStat?: unknown }[];
    return sum + parts.filter(({ MetricStat }) => MetricStat !== undefined).length;
  }, 0);

  expect(row('our own alarms')).toMatchObject({
    arithmetic: `${alarms.length} alarms over ${watched} metrics × 0.10`,
    usd: cents(watched * 0.1),
  });
});

test('The custom metrics are as many as the contract names', () => {
  const names = Object.values(metrics).flatMap((value) => {
    if (value === metrics.metricNamespace || typeof value === 'function') return [];
    return typeof value === 'string' ? [value] : Object.values(value);
  });

  expect(row('custom metrics')?.arithmetic).toContain(` of ${names.length} that have figures`);
});

test('What falls away with tables on demand is what the first three lines say', () => {
  const provisioned = cents(rows.slice(0, 3).reduce((sum, { usd }) => sum + usd, 0));

  expect(text).toContain(`the first three lines fall away (${provisioned} USD)`);
});
