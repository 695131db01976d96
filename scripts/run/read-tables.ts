import { type DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import { alertOf, isAlert } from '../../lambda/adapters/dynamodb/alert-items.ts';
import { auditEntryOf } from '../../lambda/adapters/dynamodb/audit-log.ts';
import { sumBalances } from '../../lambda/adapters/dynamodb/balance-items.ts';
import { evidenceKey, evidenceRecordOf } from '../../lambda/adapters/dynamodb/evidence-records.ts';
import { sortKeys } from '../../lambda/adapters/dynamodb/keys.ts';
import { stateOf } from '../../lambda/adapters/dynamodb/stored-version.ts';
import { specOf } from '../../lambda/adapters/dynamodb/subject-items.ts';
import type { AuditEntry } from '../../lambda/domain/audit-chain.ts';
import type { Alert } from '../../lambda/domain/control/alert.ts';
import { type Balance, noBalance } from '../../lambda/domain/control/crossings.ts';
import type { PrincipalFacts } from '../../lambda/domain/control/default-budget.ts';
import type { SubjectState } from '../../lambda/domain/control/state.ts';
import type { Evidence } from '../../lambda/domain/evidence/grade.ts';
import type { LedgerEntry, PriceQuality } from '../../lambda/domain/metering/ledger-entry.ts';
import type { BudgetSpec } from '../../lambda/domain/settings.ts';
import type { EvidenceRecord } from '../../lambda/use-cases/ports/evidence.ts';

type Item = Record<string, unknown>;

/** Physical names of the four tables. */
export interface TableNames {
  readonly budgets: string;
  readonly ledger: string;
  readonly alerts: string;
  readonly audit: string;
}

/** One posted request, as far as a report needs it. */
export interface PostedRequest {
  readonly principal: string;
  readonly role?: string | undefined;
  readonly team: string | undefined;
  readonly timestamp: string;
  readonly model: string;
  readonly quality: PriceQuality;
  /** nano-USD */
  readonly cost: bigint;
  /** nano-USD: what more it would cost at worst, where something was assumed. */
  readonly worstCase?: bigint | undefined;
  /** nano-USD: what guardrails cost beside it, where the trace tells. */
  readonly guardrail?: bigint | undefined;
  readonly windows: LedgerEntry['windows'];
  /** Absent in usage events. */
  readonly evidence?: Evidence | undefined;
}

/** One posted usage event; `model` is its source and meter. */
export interface PostedEvent extends PostedRequest {
  readonly trusted: boolean;
}

/** A balance with what untrusted sources reported beside it. */
export interface KeptBalance extends Balance {
  readonly untrusted?: bigint;
}

export interface TableContents {
  readonly states: ReadonlyMap<string, SubjectState>;
  readonly specs: ReadonlyMap<string, BudgetSpec>;
  /** What IAM's tags were seen to name, by principal. */
  readonly tags?: ReadonlyMap<string, PrincipalFacts>;
  /** Subject, then window: slots are summed. */
  readonly balances: ReadonlyMap<string, ReadonlyMap<string, KeptBalance>>;
  readonly requests: readonly PostedRequest[];
  readonly usageEvents?: readonly PostedEvent[];
  readonly quarantined: readonly { readonly source: string; readonly reason: string }[];
  readonly alerts: readonly (Alert & { readonly sentAt: string | undefined })[];
  readonly audit: readonly AuditEntry[];
  /** What proofs came to; absent where none ran. */
  readonly evidence?: EvidenceRecord | undefined;
}

/** Reads all four tables whole: for a report on a run's few items, never for a decision. */
export async function readTables(client: DynamoDBDocumentClient, names: TableNames): Promise<TableContents> {
  const [budgets, ledger, alerts, audit] = await Promise.all(
    [names.budgets, names.ledger, names.alerts, names.audit].map((name) => scan(client, name)),
  );
  const states = new Map<string, SubjectState>();
  const specs = new Map<string, BudgetSpec>();
  const tags = new Map<string, PrincipalFacts>();
  const balances = new Map<string, Map<string, KeptBalance>>();
  const proofs = budgets?.find(({ pk, sk }) => pk === evidenceKey.pk && sk === evidenceKey.sk);
  for (const item of budgets ?? []) {
    const subject = String(item['pk']);
    const sk = String(item['sk']);
    const state = sk === sortKeys.state ? stateOf(item) : undefined;
    if (state !== undefined) states.set(subject, state);
    else if (sk === sortKeys.budget) specs.set(subject, specOf(item) as BudgetSpec);
    else if (sk === sortKeys.iam) tags.set(subject, item as PrincipalFacts);
    else if (sk.startsWith('BAL#')) addBalance(balances, subject, sk.split('#')[1] ?? '', item);
  }
  const [bad, kept] = partition(ledger ?? [], isIn('quarantine#'));
  const [events, rest] = partition(kept, isIn('event#'));
  // What takes an id and what counts a free tier carry no money.
  const posted = rest.filter((item) => !isIn('event-')(item));
  return {
    states,
    specs,
    tags,
    balances,
    requests: posted.map(requestOf),
    usageEvents: events.map(eventOf),
    quarantined: bad.map(({ source, reason }) => ({ source: String(source), reason: String(reason) })),
    alerts: (alerts ?? []).filter(isAlert).map((item) => ({
      ...alertOf(item),
      sentAt: item['sentAt'] as string | undefined,
    })),
    audit: (audit ?? []).map(auditEntryOf),
    evidence: evidenceRecordOf(proofs),
  };
}

async function scan(client: DynamoDBDocumentClient, TableName: string): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of paginateScan({ client }, { TableName, ConsistentRead: true })) {
    items.push(...(page.Items ?? []));
  }
  return items;
}

function addBalance(
  balances: Map<string, Map<string, KeptBalance>>,
  subject: string,
  window: string,
  item: Item,
): void {
  const ofSubject = balances.get(subject) ?? new Map<string, KeptBalance>();
  const before: KeptBalance = ofSubject.get(window) ?? noBalance;
  balances.set(subject, ofSubject);
  ofSubject.set(window, {
    spent: before.spent + whole(item['spent']),
    ceiling: before.ceiling + whole(item['ceiling']),
    requests: before.requests + Number(whole(item['requests'])),
    untrusted: (before.untrusted ?? 0n) + whole(item['untrusted']),
    days: addSums(before.days ?? {}, sumBalances([item]).days ?? {}),
    held: addSums(before.held ?? {}, sumBalances([item]).held ?? {}),
  });
}

function addSums(
  one: Readonly<Record<string, bigint>>,
  other: Readonly<Record<string, bigint>>,
): Record<string, bigint> {
  const sums = { ...one };
  for (const [name, amount] of Object.entries(other)) sums[name] = (sums[name] ?? 0n) + amount;
  return sums;
}

function requestOf(item: Item): PostedRequest {
  const money = (name: string) => (item[name] === undefined ? undefined : whole(item[name]));
  const [worstCase, guardrail, floor] = [money('worstCase'), money('guardrail'), money('floor')];
  return {
    ...(item as unknown as PostedRequest),
    ...{ cost: whole(item['cost']), worstCase, guardrail },
    ...(floor !== undefined && { floor }),
  };
}

function eventOf(item: Item): PostedEvent {
  const { source, meter, trusted } = item;
  return {
    ...requestOf(item),
    model: `${source}/${meter}`,
    quality: 'priced',
    trusted: trusted === true,
  };
}

const isIn = (keySpace: string) => (item: Item) => String(item['pk']).startsWith(keySpace);
const whole = (value: unknown) => BigInt((value as number | bigint | undefined) ?? 0);

function partition<T>(items: readonly T[], matches: (item: T) => boolean): [T[], T[]] {
  return [items.filter(matches), items.filter((item) => !matches(item))];
}
