import { type AuditEntry, chainEntry } from '../../../lambda/domain/audit-chain.ts';
import { renderAlert } from '../../../lambda/domain/control/message.ts';
import type { Settings } from '../../../lambda/domain/settings.ts';
import { resultOf } from '../../run/collect-result.ts';
import type { TableContents } from '../../run/read-tables.ts';
import type { RunResult } from '../../run/result.ts';
import type { Replayed } from './replay.ts';

/** What a replay found, as the same object that a run of the local stack prints. */
export function replayResult(replayed: Replayed, settings: Settings): RunResult {
  const { now, counts, executions, subjects } = replayed;
  const sent = subjects.alerts.filter(({ publish }) => publish).map((alert) => renderAlert(alert, settings));
  return resultOf({
    plan: { settings, principals: {} },
    contents: contentsOf(replayed),
    now,
    invocations: [],
    executions: executions.map(({ input, ...execution }) => ({
      ...execution,
      subject: input.subject,
      cause: input.cause,
    })),
    ingest: counts,
    messages: sent.map(({ subject, body, critical }) => ({
      topic: critical ? 'critical' : 'budget-alerts',
      subject,
      body,
    })),
    refusals: [],
  });
}

function contentsOf({ subjects, ledger }: Replayed): TableContents {
  return {
    states: subjects.states,
    specs: subjects.specs,
    balances: new Map(
      [...subjects.balances].map(([subject, windows]) => [subject, new Map(Object.entries(windows))]),
    ),
    requests: [...ledger.entries.values()].map(({ principal, role, team, timestamp, charge, windows }) => ({
      principal,
      role,
      team,
      timestamp,
      model: charge.model,
      quality: charge.quality,
      cost: charge.cost,
      worstCase: charge.worstCase,
      guardrail: charge.guardrail,
      windows,
    })),
    quarantined: ledger.quarantined,
    alerts: subjects.alerts.map((alert) => ({ ...alert, sentAt: alert.at })),
    audit: auditOf(subjects.history),
  };
}

function auditOf(history: Replayed['subjects']['history']): AuditEntry[] {
  const heads = new Map<string, AuditEntry>();
  return history.map(({ subject, state }) => {
    const entry = chainEntry(subject, state.version, state.lastChange, heads.get(subject));
    heads.set(subject, entry);
    return entry;
  });
}
