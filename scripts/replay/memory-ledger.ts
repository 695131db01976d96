import { type Balance, noBalance } from '../../lambda/domain/control/crossings.ts';
import { accountSubject } from '../../lambda/domain/control/subject.ts';
import type { LedgerEntry, LedgerKey } from '../../lambda/domain/metering/ledger-entry.ts';
import type { Ledger, PostResult, QuarantinedLine } from '../../lambda/use-cases/ports.ts';
import type { MemorySubjects } from './memory-subjects.ts';

/** The ledger of a replay: each request once, its cost added to the balances that its stamps name. */
export class MemoryLedger implements Ledger {
  readonly entries = new Map<string, LedgerEntry>();
  readonly quarantined: QuarantinedLine[] = [];
  readonly #subjects: MemorySubjects;

  constructor(subjects: MemorySubjects) {
    this.#subjects = subjects;
  }

  async existing(keys: readonly LedgerKey[]): Promise<ReadonlyMap<string, string>> {
    return new Map(
      keys.flatMap(({ pk, sk }) => {
        const entry = this.entries.get(`${pk} ${sk}`);
        return entry === undefined ? [] : [[`${pk} ${sk}`, entry.delivery] as const];
      }),
    );
  }

  async post(entries: readonly LedgerEntry[]): Promise<PostResult> {
    const posted: LedgerEntry[] = [];
    const duplicates: LedgerEntry[] = [];
    for (const entry of entries) {
      const key = `${entry.key.pk} ${entry.key.sk}`;
      if (this.entries.has(key)) {
        duplicates.push(entry);
        continue;
      }
      this.entries.set(key, entry);
      posted.push(entry);
      for (const window of entry.windows.principal) await this.#add(entry.principal, window, entry);
      for (const window of entry.windows.account) await this.#add(accountSubject, window, entry);
      if (entry.team === undefined) continue;
      for (const window of entry.windows.team) await this.#add(entry.team, window, entry);
    }
    return { posted, duplicates };
  }

  async #add(subject: string, window: string, { charge }: LedgerEntry): Promise<void> {
    const balances = this.#subjects.balances.get(subject) ?? {};
    const before = balances[window] ?? noBalance;
    const name: keyof Pick<Balance, 'spent' | 'ceiling'> = charge.quality === 'ceiling' ? 'ceiling' : 'spent';
    const after = { ...before, [name]: before[name] + charge.cost, requests: before.requests + 1 };
    this.#subjects.balances.set(subject, { ...balances, [window]: after });
    await this.#subjects.wake(subject);
  }

  async quarantine(lines: readonly QuarantinedLine[]): Promise<void> {
    this.quarantined.push(...lines);
  }
}
