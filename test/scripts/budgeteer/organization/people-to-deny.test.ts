import { firstState, type SubjectState } from '../../../../lambda/domain/control/state.ts';
import type { KnownSubject } from '../../../../scripts/budgeteer/deployment/read-budget-items.ts';
import { peopleToDeny } from '../../../../scripts/budgeteer/organization/people-to-deny.ts';

const month = 'month:2026-11';
const own = {
  level: 'suspended',
  window: month,
  since: '2026-11-22T12:00:00.000Z',
  reason: 'Over.',
} as const;
const unreached = { level: 'none', outcome: 'unenforceable', reason: 'Only AWS.' } as const;
const dev = (name: string) => `role/AWSReservedSSO_Dev_0123456789abcdef/${name}`;
const admin = (name: string) => `role/AWSReservedSSO_Admin_0123456789abcdef/${name}`;
const known = (subject: string, patch: Partial<SubjectState> = {}, spent = 5n): KnownSubject => ({
  subject,
  state: { ...firstState('2026-11-22T11:00:00Z', 'test'), holds: { own }, enforced: unreached, ...patch },
  balances: { [month]: { spent, ceiling: 0n, requests: 1 } },
});
const names = (...all: KnownSubject[]) =>
  peopleToDeny(all, { breakGlass: [dev('rescue')], exempt: [] }).map(({ userName }) => userName);

describe('people whom only the organisation can deny', () => {
  it('are those of Identity Center who are suspended, the top spenders first, each once', () => {
    const found = peopleToDeny(
      [
        known(dev('ann@example.com')),
        known(dev('bob@example.com'), {}, 50n),
        known(admin('Ann@example.com'), {}, 7n),
      ],
      { breakGlass: [], exempt: [] },
    );
    expect(found).toMatchObject([
      { userName: 'bob@example.com', spent: 50n },
      {
        userName: 'ann@example.com',
        subjects: [dev('ann@example.com'), admin('Ann@example.com')],
        spent: 12n,
      },
    ]);
  });

  it.each<[string, KnownSubject]>([
    ['who is free', known(dev('ann'), { holds: {} })],
    ['who is only restricted', known(dev('ann'), { holds: { own: { ...own, level: 'restricted' } } })],
    ['whom IAM denies', known(dev('ann'), { enforced: { level: 'suspended', outcome: 'matched' } })],
    ['who is break-glass', known(dev('rescue'))],
    ['who is no person of Identity Center', known('role/App/session')],
    ['who is a role as a whole', known('role/AWSReservedSSO_Dev_0123456789abcdef')],
    ['who is root', known('root')],
  ])('are none of those %s', (_, other) => {
    expect(names(other)).toEqual([]);
  });
});
