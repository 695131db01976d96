import { paginateScan } from '@aws-sdk/lib-dynamodb';
import { type AuditEntry, checkChain } from '../../lambda/domain/audit-chain.ts';
import type { Answer } from './answer-command.ts';
import type { Deployment } from './deployment.ts';
import { readChain } from './history.ts';
import { type KnownSubject, readBudgetItems } from './read-budget-items.ts';
import { readSubject } from './read-subject-option.ts';

export interface AuditVerification {
  readonly subjects: number;
  readonly entries: number;
  /** One sentence each. */
  readonly findings: readonly string[];
}

/** An entry follows its change within seconds; what is missing after this long is missing. */
const patienceMs = 5 * 60_000;

/**
 * `audit verify [SUBJECT]`: every link of every chain, and whether the chain reaches as far as the subject's state does.
 * Exit status 1 on any finding. @throws InputError for a name that is none
 */
export async function verifyAudit(
  text: string | undefined,
  deployment: Deployment,
): Promise<Answer<AuditVerification>> {
  // The states first: a chain that is read after them has had all the time to catch up.
  const states = await readBudgetItems(deployment, []);
  const only = text === undefined ? undefined : readSubject(text, deployment.settings);
  const heads = new Map<string, number>();
  const findings: string[] = [];
  let entries = 0;
  const chains =
    only === undefined ? allChains(deployment) : [[only, await readChain(only, deployment)] as const];
  for await (const [subject, chain] of chains) {
    entries += chain.length;
    heads.set(subject, chain.at(-1)?.version ?? 0);
    findings.push(...checkChain(chain));
    if (chain.some((entry) => entry.subject !== subject)) {
      findings.push(`${subject}: an entry of its chain is about someone else.`);
    }
  }
  const expected =
    only === undefined ? [...states.values()] : [states.get(only) ?? { subject: only, balances: {} }];
  findings.push(...expected.flatMap((known) => behind(known, heads, deployment)));
  const json = { subjects: heads.size, entries, findings };
  const verdict =
    findings.length === 0
      ? `${entries} entries of ${heads.size} subjects: every link holds.\n`
      : `${findings.join('\n')}\n${entries} entries of ${heads.size} subjects: ${findings.length} findings.\n`;
  return { text: verdict, json, exitCode: findings.length > 0 ? 1 : 0 };
}

/** A chain whose end was cut off still links; the state tells how long it should be. */
function behind(
  { subject, state }: KnownSubject,
  heads: ReadonlyMap<string, number>,
  { clock }: Deployment,
): string[] {
  const head = heads.get(subject) ?? 0;
  if (state === undefined || head >= state.version) return [];
  if (Date.parse(state.lastChange.at) + patienceMs > clock().getTime()) return [];
  return [`${subject}: the chain ends at entry ${head}, but the state is at version ${state.version}.`];
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
      chain.push(item['entry'] as AuditEntry);
    }
  }
  if (subject !== undefined && !again.has(subject)) yield [subject, chain];
  for (const each of again) yield [each, await readChain(each, deployment)];
}
