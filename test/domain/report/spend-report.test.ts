import fc from 'fast-check';
import type { Balance } from '../../../lambda/domain/control/crossings.ts';
import { parseUsd } from '../../../lambda/domain/money.ts';
import { reportPeriod, reportsOn, spentOn, windowsOf } from '../../../lambda/domain/report/report-period.ts';
import {
  type ReportFacts,
  type ReportLine,
  renderReport,
} from '../../../lambda/domain/report/spend-report.ts';

const usd = (text: string) => parseUsd(text);
const dates = (days: readonly Date[]) => days.map((day) => day.toISOString().slice(0, 10));
const balance = (days: Record<string, bigint>): Balance => ({ spent: 0n, ceiling: 0n, requests: 1, days });

const target = { stage: 'test', region: 'eu-central-1' };

describe('a report', () => {
  it('is due each day, and on Mondays another one', () => {
    expect(reportsOn(new Date('2026-11-22T06:07:00Z'))).toEqual(['daily']);
    expect(reportsOn(new Date('2026-11-23T06:07:00Z'))).toEqual(['daily', 'weekly']);
  });

  it('is about whole UTC days, and compares with as many before', () => {
    const now = new Date('2026-11-02T06:07:00Z');
    const { days, before } = reportPeriod('daily', now);
    expect([dates(days), dates(before)]).toEqual([['2026-11-01'], ['2026-10-31']]);
    const week = reportPeriod('weekly', now);
    expect([dates(week.days)[0], dates(week.days)[6]]).toEqual(['2026-10-26', '2026-11-01']);
    expect([dates(week.before)[0], dates(week.before)[6]]).toEqual(['2026-10-19', '2026-10-25']);
  });

  it('needs the windows of two months where its days lie in both, in whatever zone', () => {
    const period = reportPeriod('daily', new Date('2026-11-02T06:07:00Z'));
    expect(windowsOf(period, 'Pacific/Auckland')).toEqual([
      'month:2026-10',
      'month:2026-11',
      'week:2026-W44',
      'week:2026-W45',
      'day:2026-10-31',
      'day:2026-11-01',
      'day:2026-11-02',
    ]);
  });
});

describe('what was spent on some days', () => {
  const { days } = reportPeriod('daily', new Date('2026-11-02T06:07:00Z'));

  it('is the sum over both months that a day of the stage lies across', () => {
    const months = { 'month:2026-10': balance({ '1101': 3n }), 'month:2026-11': balance({ '1101': 4n }) };
    expect(spentOn(days, { ...months, 'week:2026-W44': balance({ '1101': 7n }) }, 'principal')).toBe(7n);
  });

  it('comes from weeks, or from days, where there is no month', () => {
    expect(spentOn(days, { 'week:2026-W44': balance({ '1101': 7n }) }, 'principal')).toBe(7n);
    const day = { spent: 2n, ceiling: 3n, requests: 1 };
    expect(spentOn(days, { 'day:2026-11-01': day, 'day:2026-11-02': day }, 'principal')).toBe(5n);
    expect(spentOn(days, { 'day:2026-11-01': day }, 'team')).toBe(2n);
  });

  it('leaves limits of single models out: they are counted in the month already', () => {
    const all = {
      'month:2026-11': balance({ '1101': 4n }),
      'month:2026-11@anthropic.*': balance({ '1101': 4n }),
    };
    expect(spentOn(days, all, 'principal')).toBe(4n);
  });

  it('is the same for a week as for its days one by one', () => {
    const day = fc.integer({ min: 26, max: 31 }).map((number) => `10${number}`);
    fc.assert(
      fc.property(fc.dictionary(day, fc.bigInt({ min: 0n, max: 10n ** 12n })), (spent) => {
        const week = reportPeriod('weekly', new Date('2026-11-02T00:00:00Z')).days;
        const months = { 'month:2026-10': balance(spent) };
        const single = week.map((one) => spentOn([one], months, 'account'));
        expect(spentOn(week, months, 'account')).toBe(single.reduce((sum, amount) => sum + amount, 0n));
      }),
    );
  });
});

describe('its message', () => {
  const line = (subject: string, spent: string, more: Partial<ReportLine> = {}): ReportLine => ({
    ...{ subject, access: 'active', spent: usd(spent), before: 0n, windowStatus: undefined },
    ...more,
  });
  const facts = (more: Partial<ReportFacts> = {}): ReportFacts => ({
    kind: 'daily',
    period: reportPeriod('daily', new Date('2026-11-22T06:07:00Z')),
    account: line('account', '120', {
      before: usd('100'),
      windowStatus: { window: 'month:2026-11', spent: usd('2100'), limit: usd('5000') },
    }),
    projected: usd('3000'),
    ceiling: usd('3'),
    teams: [line('team/ml', '50')],
    principals: [
      line('user/ann', '40', { access: 'restricted' }),
      line('user/bob', '70'),
      line('user/idle', '0', { access: 'suspended' }),
    ],
    ...more,
  });

  it('says how the account stands, who spent most and who is held', () => {
    const { subject, body, critical } = renderReport(facts(), target);
    expect(critical).toBe(false);
    expect(subject).toBe('Bedrock spend: $120.00 on 2026-11-21 (+20 %), 42 % of month:2026-11 used');
    expect(body).toBe(
      [
        'Spent on 2026-11-21 (UTC): $120.00; $100.00 in as long before (+20 %).',
        'month:2026-11: $2,100.00 of $5,000.00 (42 %), $3,000.00 by its end if it goes on like this.',
        'Beside this $3.00 stand at a ceiling: the price of what was called is not known.',
        '',
        'Teams:',
        '  team/ml  $50.00',
        '',
        'Who spent most:',
        '  user/bob  $70.00',
        '  user/ann  $40.00; restricted',
        '',
        'Held now:',
        '  user/ann is restricted',
        '  user/idle is suspended',
        '',
        'To see more:',
        '  budgeteer cost --by team,model --from 2026-11-21 --to 2026-11-21 --stage test --region eu-central-1',
        '  budgeteer status --all --stage test --region eu-central-1',
      ].join('\n'),
    );
  });

  it('stays short however many people there are, and no name breaks out of its line', () => {
    const principals = Array.from({ length: 500 }, (_, index) =>
      line(`role/App/a\nb${index}`, String(index + 1), { access: 'suspended' }),
    );
    const { subject, body, forms } = renderReport(facts({ principals, kind: 'weekly' }), target);
    expect(body).toContain('and 490 more');
    expect(body.split('\n').length).toBeLessThan(40);
    expect(body).not.toMatch(/^b\d/m);
    expect(subject.length).toBeLessThanOrEqual(100);
    expect(forms.sms.length).toBeLessThanOrEqual(140);
    expect(JSON.stringify(forms.json).length).toBeLessThan(10_000);
  });

  it('says nothing of a change where nothing was spent before, nor of a budget that is not there', () => {
    const { subject, body } = renderReport(
      facts({ account: line('account', '5'), projected: undefined }),
      target,
    );
    expect(subject).toBe('Bedrock spend: $5.00 on 2026-11-21');
    expect(body).toContain('$0.00 in as long before.');
  });
});
