import { ignoredMetrics, ingestMetrics, usageMetrics } from '../../lambda/contracts/metrics.ts';
import { checkChain } from '../../lambda/domain/audit-chain.ts';
import { haltsEveryone } from '../../lambda/domain/control/pool-holds.ts';
import { type Scope, scopeIn } from '../../lambda/domain/control/subject.ts';
import { type IngestCounts, noCounts } from '../../lambda/domain/metering/ingest-counts.ts';
import { formatUsd } from '../../lambda/domain/money.ts';
import { BudgetResults } from './budget-results.ts';
import { checkBalances } from './check-balances.ts';
import type { Plan } from './plan.ts';
import { type PostedRequest, readTables, type TableContents } from './read-tables.ts';
import type {
  AssumedResult,
  AuditResult,
  EvidenceResult,
  GuardrailResult,
  InvocationResult,
  NoticeResult,
  RunResult,
  SpendResult,
  UsageResult,
} from './result.ts';
import type { RunningStack } from './running-stack.ts';

/** What a run left behind, wherever it ran. */
export interface RunFacts
  extends Pick<RunResult, 'invocations' | 'executions' | 'messages' | 'refusals'>,
    Partial<Pick<RunResult, 'usage'>> {
  readonly ingest: IngestCounts;
  readonly plan: Pick<Plan, 'settings' | 'principals'>;
  readonly contents: TableContents;
  readonly now: Date;
}

/** Reads what a run left in the tables and in the stack. */
export async function collectResult(
  plan: Pick<Plan, 'settings' | 'principals' | 'passedBy'>,
  stack: RunningStack,
  invocations: readonly InvocationResult[],
): Promise<RunResult> {
  return resultOf({
    plan,
    contents: await readTables(stack.client, stack.tables),
    now: stack.now(),
    invocations,
    executions: await stack.executions(),
    ingest: ingestOf(stack.metrics(), plan),
    usage: usageOf(stack.metrics()),
    messages: await stack.messages(),
    refusals: stack.refusals(),
  });
}

/** The published result object. */
export function resultOf({ plan, contents, now, ...run }: RunFacts): RunResult {
  const results = new BudgetResults(contents, plan.settings, now);
  const subjects = [...new Set([...contents.states.keys(), ...Object.keys(plan.principals)])].sort();
  const of = (scope: Scope) => subjects.filter((subject) => scopeIn(subject, plan.settings) === scope);
  const teams = [...new Set([...Object.keys(plan.settings.teams), ...of('team')])].sort();
  return {
    at: now.toISOString(),
    principals: Object.fromEntries(of('principal').map((subject) => [subject, results.principal(subject)])),
    roles: Object.fromEntries(of('role').map((subject) => [subject, results.principal(subject)])),
    teams: Object.fromEntries(teams.map((subject) => [subject, results.team(subject)])),
    account: {
      halted: haltsEveryone(contents.states.get('account')?.holds ?? {}),
      paused: contents.states.get('account')?.paused !== undefined,
      ...results.budget('account'),
    },
    ...run,
    ingest: {
      ...run.ingest,
      assumed: assumedOf(contents),
      guardrails: guardrailsOf(contents, plan.settings.countGuardrails),
    },
    usage: run.usage ?? usageOf({}),
    audit: auditOf(contents),
    evidence: evidenceResult(contents, now),
    notices: noticesOf(contents),
    quarantine: contents.quarantined,
    faults: [...checkBalances(contents), ...checkChains(contents)],
    spend: spendOf([...contents.requests, ...(contents.usageEvents ?? []).filter(({ trusted }) => trusted)]),
  };
}

function evidenceResult({ evidence }: TableContents, now: Date): EvidenceResult {
  const {
    provenThrough = {},
    disproved = 0,
    disprovedCost = 0n,
    corrected = 0,
    conflicts = 0,
  } = evidence ?? {};
  // Of several Regions the one that is furthest behind.
  const [through = now.toISOString()] = Object.values(provenThrough).sort();
  return {
    ...{ provenThrough: through.replace('.000Z', 'Z'), disproved, corrected, conflicts },
    disprovedUsd: formatUsd(disprovedCost),
  };
}

function auditOf({ audit }: TableContents): AuditResult[] {
  return audit
    .map(({ subject, version, change }) => ({ ...change, subject, version }))
    .sort((a, b) => order(a.at, b.at) || order(a.subject, b.subject) || a.version - b.version);
}

function checkChains({ audit }: TableContents): string[] {
  const chains = Object.values(Object.groupBy(audit, ({ subject }) => subject));
  return chains.flatMap((chain = []) => checkChain(chain.toSorted((a, b) => a.version - b.version)));
}

function noticesOf({ alerts }: TableContents): NoticeResult[] {
  return alerts
    .flatMap(({ kind, notice = '', at, subject, window, detail }) =>
      kind === 'notice' ? [{ at, subject, notice, window, detail }] : [],
    )
    .sort((a, b) => order(a.at, b.at) || order(a.subject, b.subject));
}

function ingestOf(
  metrics: Readonly<Record<string, number>>,
  { passedBy }: Pick<Plan, 'passedBy'>,
): IngestCounts {
  const count = (name: string) => metrics[name] ?? 0;
  const counts = noCounts();
  for (const key of ['posted', 'unpriced', 'duplicates', 'quarantined'] as const) {
    counts[key] = count(ingestMetrics[key]);
  }
  for (const [reason, name] of Object.entries(ignoredMetrics)) {
    counts.ignored[reason as keyof typeof ignoredMetrics] = count(name);
  }
  counts.ignored.sidecar += passedBy?.sidecar ?? 0;
  counts.ignored.notice += passedBy?.notice ?? 0;
  return counts;
}

function assumedOf({ requests }: TableContents): AssumedResult {
  const assumed = requests.filter(({ quality }) => quality === 'assumed');
  const worstCase = assumed.reduce((sum, request) => sum + (request.worstCase ?? 0n), 0n);
  return { count: assumed.length, worstCaseUsd: formatUsd(worstCase) };
}

function guardrailsOf({ requests }: TableContents, counted: boolean): GuardrailResult {
  const assessed = requests.flatMap(({ guardrail }) => guardrail ?? []);
  return { calls: assessed.length, usd: formatUsd(assessed.reduce((sum, usd) => sum + usd, 0n)), counted };
}

const usageOf = (metrics: Readonly<Record<string, number>>): UsageResult => ({
  posted: metrics[usageMetrics.posted] ?? 0,
  duplicates: metrics[usageMetrics.duplicates] ?? 0,
  refused: metrics[usageMetrics.refused] ?? 0,
});

function spendOf(requests: readonly PostedRequest[]): SpendResult[] {
  const groups = Object.values(
    Object.groupBy(requests, ({ principal, model }) => JSON.stringify([principal, model])),
  );
  return groups
    .flatMap((group = []) => {
      const [first] = group;
      if (first === undefined) return [];
      const cost = group.reduce((sum, request) => sum + request.cost, 0n);
      const atCeiling = group.filter(({ quality }) => quality === 'ceiling').length;
      return [{ principal: first.principal, model: first.model, requests: group.length, cost, atCeiling }];
    })
    .sort((a, b) => (a.cost < b.cost ? 1 : a.cost > b.cost ? -1 : order(a.principal, b.principal)))
    .map(({ cost, ...group }) => ({ ...group, spentUsd: formatUsd(cost) }));
}

const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
