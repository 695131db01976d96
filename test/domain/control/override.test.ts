import { applyOverride, describeOverride, raiseOf } from '../../../lambda/domain/control/apply-override.ts';
import {
  needsApproval,
  type OverrideFacts,
  refusalOf,
} from '../../../lambda/domain/control/check-override.ts';
import type { OverrideRequest } from '../../../lambda/domain/control/override-request.ts';
import { overrideActions } from '../../../lambda/domain/control/override-request.ts';
import { firstState, type SubjectState } from '../../../lambda/domain/control/state.ts';
import { parseUsd } from '../../../lambda/domain/money.ts';

const now = new Date('2026-11-22T12:00:00Z');
const later = '2026-12-01T00:00:00Z';

const request = (fields: Partial<OverrideRequest>): OverrideRequest => ({
  action: 'extend',
  subject: 'user/alice',
  window: 'month',
  reason: 'month-end close',
  requestedBy: 'user/ops',
  ...fields,
});
const facts = (overrides: Partial<OverrideFacts> = {}): OverrideFacts => ({
  now,
  limited: ['month'],
  breakGlass: false,
  enforces: true,
  extensions: 0,
  ...overrides,
});
const ordering = { by: 'user/ops', verified: true, execution: 'override-1', now, releasedUntil: undefined };
const state = (more: Partial<SubjectState> = {}): SubjectState => ({
  ...firstState(now.toISOString(), 'test'),
  ...more,
});

describe('a request for an override', () => {
  it.each<[string, Partial<OverrideRequest>]>([
    ['an extension', { action: 'extend', amountUsd: '25.00', expiresAt: later }],
    ['a limit for good', { action: 'set-limit', amountUsd: '25.00' }],
    ['an exemption', { action: 'exempt', expiresAt: later }],
    ['a restore', { action: 'restore', expiresAt: later }],
    ["a team's restore", { action: 'restore', subject: 'team/ml', expiresAt: later }],
    ['a suspension for good', { action: 'suspend' }],
    ['a suspension for a while', { action: 'suspend', expiresAt: later }],
    ['a halt', { action: 'halt', subject: 'account' }],
    ['a resume', { action: 'resume', subject: 'account' }],
    ['a pause', { action: 'pause', subject: 'account' }],
  ])('that is whole is followed: %s', (_what, fields) => {
    expect(refusalOf(request(fields), facts())).toBeUndefined();
  });

  it.each<[string, Partial<OverrideRequest>, Partial<OverrideFacts>, RegExp]>([
    ['halts one person', { action: 'halt' }, {}, /about the whole account, not about user\/alice/],
    [
      'names nobody known',
      { action: 'suspend', subject: 'team/none' },
      { limited: undefined },
      /has no budget/,
    ],
    ['suspends the account', { action: 'suspend', subject: 'account' }, {}, /write "halt"/],
    [
      'restores the account',
      { action: 'restore', subject: 'account', expiresAt: later },
      {},
      /write "resume"/,
    ],
    [
      'exempts a team',
      { action: 'exempt', subject: 'team/ml', expiresAt: later },
      {},
      /"exempt" is for principals/,
    ],
    ['suspends break-glass', { action: 'suspend' }, { breakGlass: true }, /break-glass principal/],
    ['suspends in shadow mode', { action: 'suspend' }, { enforces: false }, /mode "enforce"/],
    [
      'extends once too often',
      { amountUsd: '1', expiresAt: later },
      { extensions: 20 },
      /20 extensions in force.*use "set-limit"/,
    ],
    ['extends by nothing', { action: 'extend', expiresAt: later }, {}, /needs amountUsd/],
    ['suspends an amount', { action: 'suspend', amountUsd: '1' }, {}, /takes no amountUsd/],
    [
      'extends a window without limit',
      { amountUsd: '1', window: 'day', expiresAt: later },
      {},
      /no limit for a day/,
    ],
    ['extends for ever', { amountUsd: '1' }, {}, /needs expiresAt/],
    ['exempts for ever', { action: 'exempt' }, {}, /needs expiresAt/],
    [
      'pauses for a while',
      { action: 'pause', subject: 'account', expiresAt: later },
      {},
      /takes no expiresAt/,
    ],
    ['ended before it began', { amountUsd: '1', expiresAt: now.toISOString() }, {}, /is over/],
  ])('that %s is refused with a sentence', (_what, fields, more, sentence) => {
    expect(refusalOf(request(fields), facts(more))).toMatch(sentence);
  });
});

describe('a second person', () => {
  it('is needed from the configured amount on, and where no amount says how much is given away', () => {
    const rule = { aboveUsd: '100' };
    expect(needsApproval(request({ action: 'extend' }), parseUsd('100'), rule)).toBe(false);
    expect(needsApproval(request({ action: 'extend' }), parseUsd('100.01'), rule)).toBe(true);
    expect(needsApproval(request({ action: 'exempt' }), undefined, rule)).toBe(true);
    expect(needsApproval(request({ action: 'resume' }), undefined, rule)).toBe(true);
  });

  it('is never needed to stop someone, nor without a rule', () => {
    for (const action of ['suspend', 'halt', 'pause'] as const) {
      expect(needsApproval(request({ action }), undefined, { aboveUsd: '0' })).toBe(false);
    }
    for (const action of overrideActions) {
      expect(needsApproval(request({ action }), undefined, {})).toBe(false);
    }
  });

  const limits = [{ kind: 'month', amount: parseUsd('50') }] as const;
  const set = request({ action: 'set-limit', amountUsd: '80' });
  const ordersAfter = (fields: Partial<OverrideRequest>, by: object = {}) =>
    applyOverride(state(), request({ expiresAt: later, ...fields }), { ...ordering, ...by }).orders ?? {};

  it('is asked about what a new limit adds, not about the limit itself', () => {
    expect(raiseOf(set, limits, {})).toBe(parseUsd('30'));
    expect(raiseOf(request({ action: 'set-limit', amountUsd: '5' }), limits, {})).toBe(0n);
    expect(raiseOf(request({ action: 'exempt' }), limits, {})).toBeUndefined();
  });

  it('is asked about several small raises as about one large one', () => {
    const extended = ordersAfter({ amountUsd: '10' });

    expect(raiseOf(request({ amountUsd: '10' }), limits, extended)).toBe(parseUsd('20'));
    // An extension stays on top of a new limit.
    expect(raiseOf(set, limits, extended)).toBe(parseUsd('40'));
    expect(raiseOf(request({ amountUsd: '10' }), limits, ordersAfter(set))).toBe(parseUsd('40'));
  });

  it('is not asked again about what one has agreed to', () => {
    const agreed = ordersAfter({ amountUsd: '500' }, { approvedBy: 'user/boss' });

    expect(raiseOf(request({ amountUsd: '10' }), limits, agreed)).toBe(parseUsd('10'));
  });

  it('is not asked about what lowers a limit, whatever was given before', () => {
    expect(raiseOf(request({ action: 'set-limit', amountUsd: '60' }), limits, ordersAfter(set))).toBe(0n);
  });
});

describe('an order that is taken', () => {
  it('leaves the holds alone: deciding follows it', () => {
    for (const action of overrideActions) {
      const patch = applyOverride(state(), request({ action, amountUsd: '1', expiresAt: later }), ordering);
      expect(Object.keys(patch).sort()).toEqual(['ordered', 'orders', 'paused']);
    }
  });

  it('restores by taking a manual suspension back and holding automatic causes off until its expiry', () => {
    const { orders } = applyOverride(state(), request({ action: 'suspend' }), ordering);
    const restored = applyOverride(
      state({ orders }),
      request({ action: 'restore', expiresAt: later }),
      ordering,
    );

    expect(restored.orders).toEqual({
      release: {
        ...{ by: 'user/ops', verified: true, reason: 'month-end close', since: now.toISOString() },
        ...{ expiresAt: '2026-12-01T00:00:00.000Z', execution: 'override-1' },
      },
    });
  });

  it('resumes until the exhausted window ends, and holds nothing off where none is exhausted', () => {
    const resume = request({ action: 'resume', subject: 'account' });
    const releasedUntil = new Date('2026-12-01T00:00:00Z');

    expect(applyOverride(state(), resume, { ...ordering, releasedUntil }).orders?.release?.expiresAt).toBe(
      '2026-12-01T00:00:00.000Z',
    );
    expect(applyOverride(state(), resume, ordering).orders).toEqual({});
  });

  it('keeps who paused enforcement first', () => {
    const pause = request({ action: 'pause', subject: 'account' });
    const { paused } = applyOverride(state(), pause, ordering);
    const again = applyOverride(
      state({ paused }),
      { ...pause, reason: 'again' },
      { ...ordering, by: 'user/b' },
    );

    expect(again.paused).toEqual({ since: now.toISOString(), by: 'user/ops', reason: 'month-end close' });
    expect(
      applyOverride(state({ paused }), { ...pause, action: 'unpause' }, ordering).paused,
    ).toBeUndefined();
  });

  it('reads as one line', () => {
    expect(describeOverride(request({ amountUsd: '25', expiresAt: later }))).toBe(
      'extend user/alice 25.000000000 USD a month until 2026-12-01T00:00:00Z',
    );
    expect(describeOverride(request({ action: 'halt', subject: 'account' }))).toBe('halt account');
  });
});
