import type { ReportInput } from '../../../scripts/report/report-input.ts';
import { timeLine } from '../../../scripts/report/time-line.ts';

it('tells windows by their names, and a forecast apart from a warning', () => {
  const at = '2026-11-22T12:00:00Z';
  const audit = [
    {
      at,
      action: 'extend',
      actor: 'user/ann',
      subject: 'user/alice',
      reason: 'until month:2026-11 ends, from week:2026-W48 on',
    },
  ];
  const notices = ['forecast', 'velocity'].map((notice) => ({
    at,
    subject: 'user/alice',
    notice,
    detail: 'is fast in day:2026-11-22',
  }));
  const input = {
    result: { audit, notices, executions: [], account: { alerts: [] }, principals: {}, teams: {}, roles: {} },
  };
  const events = timeLine({ ...input, settings: { timeZone: 'UTC' } } as unknown as ReportInput);
  expect(events.map(({ tag, text }) => [tag, text])).toEqual([
    ['order', expect.stringContaining('until November 2026 ends, from week 48 of 2026 on')],
    ['forecast', 'user/alice: is fast in 22 November 2026'],
    ['warning', 'user/alice: is fast in 22 November 2026'],
  ]);
});
