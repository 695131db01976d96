import { anchorKey, entriesKey } from '../../contracts/audit-archive.ts';
import type { Anchor, ChainHead, ExportedEntries } from '../../domain/audit-anchor.ts';
import { anchorText, checkHeads, entriesText, goesOn, makeAnchor } from '../../domain/audit-anchor.ts';
import { type AuditEntry, checkChain } from '../../domain/audit-chain.ts';
import type { AuditArchive, AuditChains } from '../ports/audit.ts';
import type { Clock, Sleep } from '../ports/time.ts';

export interface AnchorDeps {
  readonly chains: AuditChains;
  readonly archive: AuditArchive;
  readonly stage: string;
  readonly clock: Clock;
  readonly sleep: Sleep;
}

/** Someone wrote an anchor ahead of its day: with it, no day until then would be anchored. */
export class AnchorAheadError extends Error {
  override name = 'AnchorAheadError';
}

export interface AnchorReport {
  /** False where the day has its anchor already. */
  readonly anchored: boolean;
  readonly subjects: number;
  readonly entries: number;
  /** What is wrong with the chains, one sentence each. */
  readonly broken: readonly string[];
}

/**
 * A subject costs about one read unit, and the audit writer shares the table. So many fit well into the burst of its
 * minimum (10 units a second, kept for five minutes); further ones go at a pace that auto-scaling can follow.
 */
const subjectsAtOnce = 1000;
const subjectsPerSecond = 25;
/** Entries of one object, about 1 kB each before they are packed. */
const entriesPerObject = 5000;

/**
 * Writes down, once a day and where nobody can change it, where every chain stands, with the entries that joined it since
 * the last time. A chain that no longer holds what was anchored is reported, exported whole, and anchored as it is: what
 * was there before stays in the older anchors. Safe to repeat: a day is anchored once, and objects are named after their
 * content.
 * @throws AnchorAheadError
 */
export async function anchorChains(deps: AnchorDeps): Promise<AnchorReport> {
  const { archive, clock, stage } = deps;
  const at = clock();
  const key = anchorKey(at);
  const previous = await archive.latestAnchor();
  const newest = previous && anchorKey(new Date(previous.at));
  if (newest !== undefined && newest > key) {
    throw new AnchorAheadError(
      `The newest anchor is of ${previous?.at}, which is still to come: delete the version that is not ours.`,
    );
  }
  if (newest === key) return { anchored: false, subjects: 0, entries: 0, broken: [] };
  const heads: Record<string, ChainHead> = {};
  const broken: string[] = [];
  const exporter = new Exporter(archive, at);
  for await (const subject of everyone(deps, previous)) {
    const { all, fresh, problems } = await examine(deps.chains, subject, previous);
    broken.push(...problems);
    const head = all.at(-1);
    if (head !== undefined) heads[subject] = { version: head.version, hash: head.hash };
    await exporter.add(fresh);
  }
  const { objects, entries } = await exporter.end();
  const anchor = makeAnchor({ at: at.toISOString(), stage, heads, exported: objects }, previous);
  const anchored = await archive.putOnce(key, anchorText(anchor));
  return { anchored, subjects: Object.keys(heads).length, entries, broken };
}

/** Whoever has a chain, paced, and whoever had one when the last anchor was made. */
async function* everyone(
  { chains, sleep }: Pick<AnchorDeps, 'chains' | 'sleep'>,
  previous: Anchor | undefined,
): AsyncGenerator<string> {
  const missing = new Set(Object.keys(previous?.heads ?? {}));
  let seen = 0;
  for await (const subject of chains.subjects()) {
    missing.delete(subject);
    yield subject;
    seen += 1;
    if (seen > subjectsAtOnce) await sleep(1000 / subjectsPerSecond);
  }
  yield* missing;
}

async function examine(chains: AuditChains, subject: string, previous: Anchor | undefined) {
  const head = previous?.heads[subject];
  if (previous !== undefined && head !== undefined) {
    const all = await chains.entriesFrom(subject, head.version);
    if (goesOn(head, all)) return { all, fresh: all.slice(1), problems: [] };
  }
  const all = await chains.entriesFrom(subject, 1);
  const anchored = previous && head ? [{ ...head, day: previous.at.slice(0, 10) }] : [];
  return { all, fresh: all, problems: [...checkChain(all), ...checkHeads(subject, anchored, all)] };
}

/** Writes entries as they come, so that the first run over a long history needs no more memory than the others. */
class Exporter {
  readonly #archive: AuditArchive;
  readonly #at: Date;
  readonly #objects: ExportedEntries[] = [];
  #waiting: AuditEntry[] = [];
  #entries = 0;

  constructor(archive: AuditArchive, at: Date) {
    this.#archive = archive;
    this.#at = at;
  }

  async add(entries: readonly AuditEntry[]): Promise<void> {
    for (const entry of entries) {
      this.#waiting.push(entry);
      if (this.#waiting.length === entriesPerObject) await this.#write();
    }
  }

  async end(): Promise<{ readonly objects: ExportedEntries[]; readonly entries: number }> {
    if (this.#waiting.length > 0) await this.#write();
    return { objects: this.#objects, entries: this.#entries };
  }

  async #write(): Promise<void> {
    const { text, sha256 } = entriesText(this.#waiting);
    const key = entriesKey(this.#at, sha256);
    await this.#archive.putOnce(key, text);
    this.#objects.push({ key, sha256, entries: this.#waiting.length });
    this.#entries += this.#waiting.length;
    this.#waiting = [];
  }
}
