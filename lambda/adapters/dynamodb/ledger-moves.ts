import type { Scope } from '../../domain/control/subject.ts';
import { unprovenChange } from '../../domain/evidence/unproven.ts';
import type { LedgerEntry } from '../../domain/metering/ledger-entry.ts';
import {
  type BalanceChange,
  balanceChange,
  counted,
  countedCost,
  evidenceOf,
  heldBySlot,
  heldOfRepricing,
  type Repricing,
  requestsChange,
} from '../../domain/pricing/repricing.ts';
import { balanceUpdates, byDay, nothingUnproven, noUnpriced, type Stamps, sumOf } from './ledger-balances.ts';
import type { TransactItem } from './transact.ts';

/** The balances that an entry counted in and those that it counts in now, told apart by which of them it is. */
export const movedStamps = ({ from, to }: Repricing): Stamps => ({
  ...from,
  windows: {
    principal: [...from.windows.principal, ...joined('principal', from, to)],
    role: [...(from.windows.role ?? []), ...joined('role', from, to)],
    team: [...from.windows.team, ...joined('team', from, to)],
    account: [...from.windows.account, ...joined('account', from, to)],
  },
});

/** Corrections that leave the same windows for the same others. */
export const movesOf = (repricings: readonly Repricing[]): Repricing[][] => [
  ...Map.groupBy(repricings, ({ from, to }) => JSON.stringify([from.windows, to.windows])).values(),
];

/**
 * What corrections move between balances; they share both what they counted in and what they count in now. A correction of
 * the model may leave windows of some models and join others.
 */
export function repricedBalances(table: string, repricings: readonly Repricing[]): TransactItem[] {
  const [first] = repricings;
  if (first === undefined) return [];
  const { from, to } = first;
  const requests = repricings.reduce((sum, each) => sum + requestsChange(each), 0);
  const held = repricings.filter(({ from: before }) => before.late === undefined);
  const moved = (one: LedgerEntry, other: LedgerEntry): Stamps['windows'] => ({
    principal: joined('principal', one, other),
    role: joined('role', one, other),
    team: joined('team', one, other),
    account: joined('account', one, other),
  });
  const gainOf = (of: readonly Repricing[], change: (one: Repricing) => BalanceChange, count: number) => ({
    ...sumOf(of.map(change)),
    requests: count,
    unpriced: noUnpriced,
    days: byDay(of, (each) => each.from.timestamp, change),
  });
  return [
    ...balanceUpdates(table, stayed(from, to), {
      ...gainOf(repricings, balanceChange, requests),
      // What never was, or was after all, spoke of today's pace as well; a better price never did.
      ...(requests !== 0 && {
        live: {
          ...sumOf(held.map(balanceChange)),
          requests: held.reduce((sum, each) => sum + requestsChange(each), 0),
        },
      }),
      unproven: unprovenChange(repricings),
      heldBySlot: heldBySlot(repricings.flatMap(heldOfRepricing)),
    }),
    ...balanceUpdates(
      table,
      { ...from, windows: moved(to, from) },
      {
        ...gainOf(
          repricings,
          ({ from: before }) => negative(counted(before)),
          -countOf(repricings.map(({ from: before }) => before)),
        ),
        unproven: nothingUnproven,
        heldBySlot: heldBySlot(
          repricings.map(({ from: { charge } }) => [charge.model, -countedCost(charge).held]),
        ),
      },
    ),
    ...balanceUpdates(
      table,
      { ...from, windows: moved(from, to) },
      {
        ...gainOf(
          repricings,
          ({ to: after }) => counted(after),
          countOf(repricings.map(({ to: after }) => after)),
        ),
        unproven: nothingUnproven,
        heldBySlot: heldBySlot(
          repricings.map(({ to: { charge } }) => [charge.model, countedCost(charge).held]),
        ),
      },
    ),
  ];
}

/** Windows of `other` that are none of `one`. */
const joined = (scope: Scope, one: LedgerEntry, other: LedgerEntry): readonly string[] =>
  (other.windows[scope] ?? []).filter((window) => !(one.windows[scope] ?? []).includes(window));

function stayed(from: LedgerEntry, to: LedgerEntry): Stamps {
  const both = (scope: Scope) =>
    (from.windows[scope] ?? []).filter((window) => (to.windows[scope] ?? []).includes(window));
  const windows = {
    principal: both('principal'),
    role: both('role'),
    team: both('team'),
    account: both('account'),
  };
  return { ...from, windows };
}

const countOf = (entries: readonly LedgerEntry[]): number =>
  entries.filter((entry) => evidenceOf(entry) !== 'disproved').length;

const negative = ({ spent, ceiling, held }: BalanceChange): BalanceChange => ({
  spent: -spent,
  ceiling: -ceiling,
  held: -held,
});
