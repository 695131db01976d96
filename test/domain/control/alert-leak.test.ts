import { alertLeak, isLeak } from '../../../lambda/domain/control/alert-leak.ts';
import { alertUnpriced } from '../../../lambda/domain/control/alert-unpriced.ts';
import { decide } from '../../../lambda/domain/control/decide.ts';
import type { Situation } from '../../../lambda/domain/control/situation.ts';
import { firstState, type SubjectState } from '../../../lambda/domain/control/state.ts';
import { situationOf } from '../../support/situations.ts';

const at = '2026-11-22T12:00:00.000Z';
const toleranceMs = 5 * 60_000;
const later = (seconds: number) => new Date(Date.parse(at) + seconds * 1000);
const month = 'month:2026-11';
const suspended: SubjectState = {
  ...firstState(at, 'test'),
  holds: { own: { level: 'suspended', window: month, since: at, reason: 'test' } },
  enforced: { level: 'suspended', outcome: 'matched', at },
  alerted: { [month]: ['50%', '80%', '90%', '95%', '100%'] },
  counter: 3,
};
const situation = (state: SubjectState): Situation =>
  situationOf({
    balances: { [month]: { spent: 11_000_000_000n, ceiling: 0n, requests: 11 } },
    state,
    now: later(900),
  });
const note = (state: SubjectState, newestCall: Date | undefined) => {
  const found = situation(state);
  return alertLeak(found, alertUnpriced(found, { ...decide(found), notices: [] }), {
    newestCall,
    toleranceMs,
  });
};

describe('a call of somebody who is denied', () => {
  it.each([
    [-60, false],
    [299, false],
    [300, false],
    [301, true],
    [3600, true],
  ])('made %i seconds after IAM was read back: leak %s', (seconds, leak) => {
    expect(isLeak({ enforced: suspended.enforced, newestCall: later(seconds), toleranceMs })).toBe(leak);
  });

  it.each<[string, Partial<SubjectState['enforced']>]>([
    ['who is only restricted', { level: 'restricted' }],
    ['who is free', { level: 'none' }],
    ['whom nothing reaches', { outcome: 'unenforceable' }],
    ['of whom nobody knows since when', { at: undefined }],
  ])('is none of one %s', (_, change) => {
    const enforced = { ...suspended.enforced, ...change };
    expect(isLeak({ enforced, newestCall: later(3600), toleranceMs })).toBe(false);
  });

  it('is told once a suspension, critically, and IAM is read again', () => {
    const first = note(suspended, later(600));
    expect(first.notices).toEqual([
      expect.objectContaining({
        ...{ notice: 'leak', id: `leak#${at}`, severity: 'critical', publish: true, window: month },
        detail: expect.stringContaining('A call of 2026-11-22T12:10:00.000Z was answered'),
      }),
    ]);
    expect(first.actions.filter(({ type }) => type === 'enforce')).toHaveLength(1);
    expect(first.action).toBe('leak');

    const told: SubjectState = { ...suspended, ...first.patch };
    expect(note(told, later(700)).notices).toEqual([]);
    // Tries that failed count up, and are no other suspension.
    expect(note({ ...told, counter: 4 }, later(700)).notices).toEqual([]);
    const again = {
      level: 'suspended',
      window: month,
      since: later(500).toISOString(),
      reason: 'test',
    } as const;
    expect(note({ ...told, holds: { own: again } }, later(1000)).notices).toHaveLength(1);
  });

  it('belongs to the suspension that began first, whatever joins it', () => {
    const account = {
      level: 'suspended',
      window: month,
      since: later(300).toISOString(),
      reason: 'halt',
    } as const;
    const halted = { ...suspended, holds: { ...suspended.holds, account } };
    const found = { ...situation(halted), accountHold: { ...account, ordered: true } };
    const watched = { newestCall: later(600), toleranceMs };
    const { notices } = alertLeak(found, alertUnpriced(found, { ...decide(found), notices: [] }), watched);
    expect(notices).toMatchObject([{ id: `leak#${at}` }]);
  });

  it('asks for nothing while enforcement is paused, and is told all the same', () => {
    const found = { ...situation(suspended), paused: true };
    const watched = { newestCall: later(600), toleranceMs };
    const { notices, actions } = alertLeak(
      found,
      alertUnpriced(found, { ...decide(found), notices: [] }),
      watched,
    );
    expect([notices.length, actions]).toEqual([1, []]);
  });

  it('says nothing where no call was metered', () => {
    expect(note(suspended, undefined).notices).toEqual([]);
    expect(note(suspended, later(10)).notices).toEqual([]);
  });
});
