import type { Hold } from '../../../lambda/domain/control/access.ts';
import { alertUnenforced } from '../../../lambda/domain/control/alert-unenforced.ts';
import { alertUnpriced } from '../../../lambda/domain/control/alert-unpriced.ts';
import { toBudget } from '../../../lambda/domain/control/budget.ts';
import { decide } from '../../../lambda/domain/control/decide.ts';
import type { Situation } from '../../../lambda/domain/control/situation.ts';
import { firstState, type SubjectState } from '../../../lambda/domain/control/state.ts';
import { situationOf } from '../../support/situations.ts';

const at = '2026-11-22T12:00:00.000Z';
const month = 'month:2026-11';
const restrict: Hold = { level: 'restricted', window: month, since: at, reason: 'At 90 %.' };
const nothingBites = { level: 'none', outcome: 'unenforceable', reason: 'No free slot: make one.' } as const;
const failure = { at, retryAt: '2026-11-22T12:05:00.000Z', error: 'Throttling: Rate exceeded' };
const state = (patch: Partial<SubjectState>): SubjectState => ({
  ...firstState(at, 'test'),
  alerted: { [month]: ['50%', '80%', '90%'] },
  ...patch,
});
const situation = (patch: Partial<SubjectState>, scope: 'principal' | 'team' = 'principal'): Situation =>
  situationOf({
    subject: scope === 'team' ? 'team/ml' : 'user/alice',
    budget: toBudget({ monthUsd: '10.00' }, scope),
    balances: { [month]: { spent: 9_100_000_000n, ceiling: 0n, requests: 9 } },
    state: state(patch),
    now: new Date(at),
  });
const note = (found: Situation) =>
  alertUnenforced(found, alertUnpriced(found, { ...decide(found), notices: [] }));

describe('a hold that IAM does not carry', () => {
  it('is told critically, with the reason, what was wanted and the figures', () => {
    const { notices, action } = note(situation({ holds: { own: restrict }, enforced: nothingBites }));
    expect(notices).toEqual([
      expect.objectContaining({
        ...{ notice: 'unenforceable', severity: 'critical', publish: true, window: month },
        ...{ consequence: 'restrict', spent: 9_100_000_000n, limit: 10_000_000_000n },
        detail: 'No free slot: make one. Wanted: economy models only (own: At 90 %.)',
      }),
    ]);
    expect(action).toBe('alert');
  });

  it('is told once, however often it is looked at and tried again', () => {
    const held = { holds: { own: restrict }, failure };
    const first = note(situation(held));
    expect(first.notices).toMatchObject([{ notice: 'enforcement-failed', severity: 'critical' }]);
    const told = { ...held, ...first.patch };
    expect(note(situation(told)).notices).toEqual([]);
    expect(note(situation({ ...told, counter: 7 })).notices).toEqual([]);
  });

  it('is told again as another hold: of another window, cause or step', () => {
    const held = { holds: { own: restrict }, enforced: nothingBites };
    const told = { ...held, ...note(situation(held)).patch };
    const halt: Hold = { ...restrict, level: 'suspended', since: '2026-11-22T13:00:00.000Z' };
    const found = situation({ ...told, holds: { ...told.holds, account: halt } });
    const more = note({ ...found, accountHold: { ...halt, ordered: true } });
    expect(more.notices).toMatchObject([{ id: 'unenforceable#account#suspended@2026-11-22T13:00:00.000Z' }]);
    expect(more.patch?.unenforced).toHaveLength(2);
  });

  it('is the workflow’s to tell where one is at it, and nobody’s where it was lifted meanwhile', () => {
    const pending = { own: { workflow: 'suspension', window: month, execution: 'x', since: at } as const };
    expect(note(situation({ holds: { own: restrict }, pending, failure })).notices).toEqual([]);
    const within: Situation = { ...situation({ holds: { own: restrict }, failure }), balances: {} };
    expect(note(within).notices).toEqual([]);
  });

  it('is told of the lifting, too, once a window', () => {
    const free = { failure, enforced: { level: 'restricted', outcome: 'matched' } as const };
    const spent: Situation = { ...situation(free), balances: {} };
    const first = note(spent);
    expect(first.notices).toMatchObject([
      { id: 'enforcement-failed#own#release@month:2026-11', detail: expect.stringContaining('given back') },
    ]);
    expect(note({ ...spent, state: { ...spent.state, ...first.patch } }).notices).toEqual([]);
  });

  it('was told already where an admin insisted about it, and not where one holds us off by tag', () => {
    const holds = { own: restrict };
    const stand = { by: 'user/bob', since: at };
    const insisted = { kind: 'insisted', ...stand, holds: [`own@${at}`], enforcedAt: at } as const;
    const tagged = { kind: 'tag', ...stand, holds: [] } as const;
    const drift = (standDown: typeof insisted | typeof tagged) => ({ answered: [], standDown });
    const unenforced = { holds, enforced: nothingBites };
    expect(note(situation({ ...unenforced, drift: drift(insisted) })).notices).toEqual([]);
    expect(note(situation({ ...unenforced, drift: drift(tagged) })).notices).toHaveLength(1);
  });

  it('does not exist where IAM agrees, or of pools', () => {
    const agrees = {
      holds: { own: restrict },
      enforced: { level: 'restricted', outcome: 'matched' } as const,
    };
    expect(note(situation(agrees)).notices).toEqual([]);
    expect(note(situation({ failure }, 'team')).notices).toEqual([]);
  });
});
