import type { AuditResult } from '../run/result.ts';

/** What people may still do, from everything to nothing: the words of the ladder. */
export const levels = ['active', 'no-premium', 'restricted', 'grace', 'suspended', 'halted'] as const;
export type Level = (typeof levels)[number];

export interface LevelHistory {
  /** Whether nothing was let through for a subject at that time (ISO 8601 UTC). */
  isStopped(subject: string, at: string): boolean;
  /** The hardest level that a subject was at. */
  hardest(subject: string): Level;
}

/** What each subject was allowed when, as the audit tells it. @param audit in its order of time */
export function levelsOf(audit: readonly AuditResult[]): LevelHistory {
  const changes = new Map<string, { readonly at: number; readonly level: Level }[]>();
  for (const { subject, at, after } of audit) {
    const level = levels.find((name) => name === after);
    if (level === undefined) continue;
    const own = changes.get(subject) ?? [];
    changes.set(subject, own);
    if (own.at(-1)?.level !== level) own.push({ at: Date.parse(at), level });
  }
  return {
    isStopped: (subject, at) => {
      const time = Date.parse(at);
      const last = changes.get(subject)?.findLast((change) => change.at < time);
      return last !== undefined && isStopping(last.level);
    },
    hardest: (subject) =>
      (changes.get(subject) ?? []).reduce<Level>((most, { level }) => harder(most, level), 'active'),
  };
}

export const isStopping = (level: string): boolean => level === 'suspended' || level === 'halted';

const harder = (a: Level, b: Level): Level => (levels.indexOf(a) >= levels.indexOf(b) ? a : b);
