import { type Balance, noBalance } from '../../../lambda/domain/control/crossings.ts';
import { unpricedLabel } from '../../../lambda/domain/control/grace.ts';
import { dayOf } from '../../../lambda/domain/forecast/foresight.ts';
import type { LedgerEntry } from '../../../lambda/domain/metering/ledger-entry.ts';
import {
  balanceChange,
  counted,
  countsAtOnce,
  heldBySlot,
  heldOfRepricing,
  type Repricing,
  requestsChange,
  upgrade,
} from '../../../lambda/domain/pricing/repricing.ts';
import { accountSubject } from '../../../lambda/domain/subject.ts';
import type { Ledger, PostResult, QuarantinedLine } from '../../../lambda/use-cases/ports/ledger.ts';
import type { MemorySubjects } from './memory-subjects.ts';

interface Gain extends Pick<Balance, 'spent' | 'ceiling' | 'requests'> {
  readonly held: bigint;
  readonly heldSlots: ReadonlyMap<string, bigint>;
  readonly unpriced: readonly string[];
  readonly live: boolean;
}

/** The ledger of a replay: each request once, its cost added to the balances that its stamps name. */
export class MemoryLedger implements Ledger {
  readonly entries = new Map<string, LedgerEntry>();
  readonly quarantined: QuarantinedLine[] = [];
  readonly #subjects: MemorySubjects;

  constructor(subjects: MemorySubjects) {
    this.#subjects = subjects;
  }

  async existing(entries: readonly LedgerEntry[]): Promise<ReadonlyMap<string, string>> {
    return new Map(
      entries.flatMap((copy) => {
        const key = idOf(copy);
        const entry = this.entries.get(key);
        return entry === undefined || upgrade(entry, copy) ? [] : [[key, entry.delivery] as const];
      }),
    );
  }

  async post(entries: readonly LedgerEntry[]): Promise<PostResult> {
    const posted: LedgerEntry[] = [];
    const duplicates: LedgerEntry[] = [];
    for (const entry of entries) {
      const key = idOf(entry);
      const before = this.entries.get(key);
      if (before !== undefined) {
        duplicates.push(entry);
        const better = upgrade(before, entry);
        if (better !== undefined) await this.reprice([better]);
        continue;
      }
      this.entries.set(key, entry);
      posted.push(entry);
      const unpriced = entry.charge.quality === 'ceiling' ? [unpricedLabel(entry.charge.model)] : [];
      const heldSlots = heldBySlot([[entry.charge.model, counted(entry).held]]);
      await this.#addAll(entry, { ...counted(entry), requests: 1, unpriced, heldSlots, live: true });
    }
    return { posted, duplicates };
  }

  /** With one writer an entry is always what was read. */
  async reprice(repricings: readonly Repricing[]): Promise<readonly LedgerEntry[]> {
    for (const repricing of repricings) {
      this.entries.set(idOf(repricing.to), repricing.to);
      await this.#addAll(repricing.to, {
        ...balanceChange(repricing),
        requests: requestsChange(repricing),
        unpriced: [],
        heldSlots: heldBySlot(heldOfRepricing(repricing)),
        live: false,
      });
    }
    return [];
  }

  async #addAll(entry: LedgerEntry, gain: Gain): Promise<void> {
    const { principal, role, team, windows, timestamp } = entry;
    const of = (counted: bigint) => ({
      ...{ spent: gain.spent, ceiling: gain.ceiling, requests: gain.requests, unpriced: gain.unpriced },
      // Records come in their own time here, so none is late.
      live: gain.live ? { spent: counted, requests: gain.requests } : { spent: 0n, requests: 0 },
      days: { [dayOf(new Date(timestamp))]: counted },
    });
    const own = { ...of(countsAtOnce(gain)), held: Object.fromEntries(gain.heldSlots) };
    for (const window of windows.principal) await this.#add(principal, window, own);
    const shared = { ...of(gain.spent), unpriced: [], held: {} };
    for (const window of windows.account) await this.#add(accountSubject, window, shared);
    if (role !== undefined) for (const window of windows.role ?? []) await this.#add(role, window, shared);
    if (team !== undefined) for (const window of windows.team) await this.#add(team, window, shared);
  }

  async #add(
    subject: string,
    window: string,
    gain: Required<Omit<Balance, 'newestCall' | 'unproven'>>,
  ): Promise<void> {
    const balances = this.#subjects.balances.get(subject) ?? {};
    const {
      spent,
      ceiling,
      requests,
      unpriced = [],
      live,
      days = {},
      held = {},
    } = balances[window] ?? noBalance;
    const slots = Object.entries(gain.held).map(([slot, more]) => [slot, (held[slot] ?? 0n) + more]);
    const [[day, amount] = ['', 0n]] = Object.entries(gain.days);
    const after: Balance = {
      spent: spent + gain.spent,
      ceiling: ceiling + gain.ceiling,
      requests: requests + gain.requests,
      unpriced: [...new Set([...unpriced, ...gain.unpriced])],
      live: {
        spent: (live?.spent ?? 0n) + gain.live.spent,
        requests: (live?.requests ?? 0) + gain.live.requests,
      },
      held: { ...held, ...Object.fromEntries(slots) },
      days: { ...days, [day]: (days[day] ?? 0n) + amount },
    };
    this.#subjects.balances.set(subject, { ...balances, [window]: after });
    await this.#subjects.requestEvaluation(subject);
  }

  async quarantine(lines: readonly QuarantinedLine[]): Promise<void> {
    this.quarantined.push(...lines);
  }
}

const idOf = ({ key }: LedgerEntry) => `${key.pk} ${key.sk}`;
