import { paginateScan } from '@aws-sdk/lib-dynamodb';
import { anchoredHeads, checkHeads } from '../../../lambda/domain/audit-anchor.ts';
import { type AuditEntry, checkChain, records, stateVersionOf } from '../../../lambda/domain/audit-chain.ts';
import type { Answer } from '../deployment/answer-command.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { type KnownSubject, readBudgetItems } from '../deployment/read-budget-items.ts';
import { readSubject } from '../deployment/read-subject-option.ts';
import { type AnchorRecords, noAnchors, readAnchors } from './audit-anchors.ts';
import { readChain } from './history.ts';

export interface AuditVerification {
  readonly subjects: number;
  readonly entries: number;
  /** How many the archive has; the newest one's day. */
  readonly anchors: { readonly count: number; readonly newest: string | undefined };
  /** One sentence each. */
  readonly findings: readonly string[];
}

/** An entry follows its change within seconds; what is missing after this long is missing. */
const patienceMs = 5 * 60_000;
/** Chains are anchored daily. */
const anchorPatienceMs = 2 * 86_400_000;

/**
 * `audit verify [SUBJECT]`: every link of every chain, whether the chain reaches as far as the subject's state does, and
 * whether it still has each head that was ever anchored of it, so that a chain rewritten as a whole shows, too.
 * Exit status 1 on any finding. @throws InputError for a name that is none
 */
export async function verifyAudit(
  text: string | undefined,
  deployment: Deployment,
): Promise<Answer<AuditVerification>> {
  // Anchors and states first: a chain that is read after them has had all the time to catch up.
  const archive = deployment.auditArchive ? await readAnchors(deployment) : noAnchors;
  const anchored = new Map(anchoredHeads(archive.anchors));
  const states = await readBudgetItems(deployment, []);
  const only = text === undefined ? undefined : readSubject(text, deployment.settings);
  const heads = new Map<string, AuditEntry>();
  const seen = new Set<string>();
  const findings: string[] = [...archive.problems];
  let entries = 0;
  let since: string | undefined;
  const chains =
    only === undefined ? allChains(deployment) : [[only, await readChain(only, deployment)] as const];
  for await (const [subject, chain] of chains) {
    entries += chain.length;
    const head = chain.at(-1);
    if (head !== undefined) heads.set(subject, head);
    seen.add(subject);
    findings.push(...checkChain(chain), ...checkHeads(subject, anchored.get(subject) ?? [], chain));
    anchored.delete(subject);
    const first = chain[0]?.change.at;
    if (first !== undefined && (since === undefined || first < since)) since = first;
    if (chain.some((entry) => entry.subject !== subject)) {
      findings.push(`${subject}: an entry of its chain is about someone else.`);
    }
  }
  if (only === undefined) {
    for (const [subject, lost] of anchored) findings.push(...checkHeads(subject, lost.slice(-1), []));
  }
  findings.push(...unanchored(archive, since, deployment));
  const expected =
    only === undefined ? [...states.values()] : [states.get(only) ?? { subject: only, balances: {} }];
  findings.push(...expected.flatMap((known) => behind(known, heads, deployment)));
  // Read after the chains: a state cannot lie behind its chain then, unless it is not the one that the chain tells of.
  const after = await readBudgetItems(deployment, []);
  findings.push(...[...heads].flatMap(([subject, head]) => differing(head, after.get(subject))));
  const newest = archive.anchors.at(-1)?.day;
  const anchors = { count: archive.anchors.length, newest };
  const json = { subjects: seen.size, entries, anchors, findings };
  const held =
    newest === undefined ? 'nothing is anchored yet' : `so does all that was anchored until ${newest}`;
  const verdict =
    findings.length === 0
      ? `${entries} entries of ${seen.size} subjects: every link holds, ${held}.\n`
      : `${findings.join('\n')}\n${entries} entries of ${seen.size} subjects: ${findings.length} findings.\n`;
  return { text: verdict, json, exitCode: findings.length > 0 ? 1 : 0 };
}

/** What joined the chains since the newest anchor is vouched for by its links alone; that should not last. */
function unanchored(
  { anchors }: AnchorRecords,
  since: string | undefined,
  { auditArchive, clock }: Deployment,
): string[] {
  const from = anchors.at(-1)?.anchor.at ?? since;
  if (!auditArchive || from === undefined) return [];
  if (Date.parse(from) + anchorPatienceMs > clock().getTime()) return [];
  return [`No chain was anchored since ${from.slice(0, 10)}: look at the log of the function anchors.`];
}

/** A chain whose end was cut off still links; the state tells how long it should be. */
function behind(
  { subject, state }: KnownSubject,
  heads: ReadonlyMap<string, AuditEntry>,
  { clock }: Deployment,
): string[] {
  const entry = heads.get(subject);
  const head = entry === undefined ? 0 : stateVersionOf(entry);
  if (state === undefined || head >= state.version) return [];
  if (Date.parse(state.lastChange.at) + patienceMs > clock().getTime()) return [];
  return [`${subject}: the chain ends at entry ${head}, but the state is at version ${state.version}.`];
}

/** A state that is older than its chain, or another one than it tells of: a restored backup, or someone's own hand. */
function differing(head: AuditEntry, known: KnownSubject | undefined): string[] {
  const { state } = known ?? {};
  const told = stateVersionOf(head);
  if (state === undefined || state.version > told || records(head, state.version, state.lastChange))
    return [];
  return [
    `${head.subject}: the state is at version ${state.version}, but the chain tells of version ${told} and of another change: a backup was restored, or someone changed the state.`,
  ];
}

/**
 * All chains, one at a time, in the memory of one. A scan delivers a partition in one piece and in order; should it ever
 * come back to one, that chain is read anew.
 */
async function* allChains(deployment: Deployment): AsyncGenerator<readonly [string, readonly AuditEntry[]]> {
  const { client, tables } = deployment;
  const done = new Set<string>();
  let subject: string | undefined;
  let chain: AuditEntry[] = [];
  const again = new Set<string>();
  const pages = paginateScan({ client }, { TableName: tables.audit, ConsistentRead: true });
  for await (const { Items = [] } of pages) {
    for (const item of Items) {
      const next = String(item['pk']);
      if (next !== subject) {
        if (subject !== undefined && !again.has(subject)) yield [subject, chain];
        if (subject !== undefined) done.add(subject);
        if (done.has(next)) again.add(next);
        subject = next;
        chain = [];
      }
      // Whatever wrote it: the chain proves itself, and an item that was put there by hand is a finding, no refusal.
      chain.push(item['entry'] as AuditEntry);
    }
  }
  if (subject !== undefined && !again.has(subject)) yield [subject, chain];
  for (const each of again) yield [each, await readChain(each, deployment)];
}
