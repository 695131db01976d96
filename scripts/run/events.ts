import type { AuditResult, RunResult } from './result.ts';

/** One jump over thresholds, or one change of what someone may do. */
export interface ReportedDecision {
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly subject: string;
  /** `alert`, or the action as the audit names it. */
  readonly kind: string;
  readonly text: string;
}

/** What was decided, in its order, one line each. */
export const eventsOf = (result: RunResult): string[] =>
  decisionsOf(result).map(({ at, text }) => `${at.slice(0, 16).replace('T', ' ')}  ${text}`);

/** What was decided, in its order. */
export function decisionsOf(result: RunResult): ReportedDecision[] {
  const budgets = [
    ...Object.entries(result.principals),
    ...Object.entries(result.roles),
    ...Object.entries(result.teams),
    ['account', result.account] as const,
  ];
  const events = [
    ...budgets.flatMap(([name, { alerts }]) => alertEvents(name, alerts)),
    ...result.audit.flatMap((entry) => {
      const text = changeSentence(entry);
      const { at, subject, action: kind } = entry;
      return text === undefined ? [] : [{ at, subject, kind, text }];
    }),
  ];
  return events.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

function alertEvents(name: string, alerts: RunResult['account']['alerts']): ReportedDecision[] {
  const jumps = Object.values(Object.groupBy(alerts, ({ at, window }) => `${at} ${window}`));
  return jumps.flatMap((jump = []) => {
    const [first] = jump;
    const rungs = jump.map(({ threshold }) => threshold).join(', ');
    return first === undefined
      ? []
      : [
          {
            ...{ at: first.at, subject: name, kind: 'alert' },
            text: `${name} reached ${rungs} of ${first.window}.`,
          },
        ];
  });
}

/** Undefined for changes that others tell better: the alert beside them, or the end of the workflow they started. */
function changeSentence({ action, subject, before, after, reason, actor }: AuditResult): string | undefined {
  switch (action) {
    case 'restrict':
      return `${subject} is restricted to economy models.`;
    case 'lift-restriction':
      return `${subject} may use all models again.`;
    case 'grace':
      return `${subject} is over budget; the grace period runs.`;
    case 'suspended':
      return `${subject} is suspended: ${reason}`;
    case 'restored':
      return `${subject} is restored: ${reason}`;
    case 'stand-down':
      return `The suspension of ${subject} was called off: ${reason}`;
    case 'unenforceable':
      return `${subject} CANNOT be stopped by IAM: ${reason}`;
    case 'enforcement-failed':
      return `${subject} could not be suspended or restored yet: ${reason}`;
    case 'pool-exhausted':
      return `${subject} has used up its pool.`;
    case 'pool-available':
      return `${subject} has room in its pool again.`;
    case 'set-budget':
      return `The ${actor} set the budget of ${subject} (${limitsIn(before)}) to ${limitsIn(after)}: ${reason}`;
    default:
      return undefined;
  }
}

/** The limits in a definition as the audit entry has it: JSON, or words. */
function limitsIn(definition: string): string {
  if (!definition.startsWith('{')) return definition;
  const limits = Object.entries(JSON.parse(definition) as Record<string, unknown>).filter(([key]) =>
    key.endsWith('Usd'),
  );
  return limits.map(([key, amount]) => `${amount} USD a ${key.slice(0, -'Usd'.length)}`).join(', ');
}
