import {
  type CarveOut,
  type Shortfall,
  shortfalls,
  shortfallText,
  worsened,
} from '../../domain/control/pool.ts';
import { teamOf } from '../../domain/control/subject.ts';
import type { BudgetSpec, Settings } from '../../domain/settings.ts';
import { subjectOf } from '../../domain/subject.ts';
import type { Subjects } from '../ports/subjects.ts';

export interface CheckPoolsDeps {
  readonly subjects: Pick<Subjects, 'load' | 'taggedMembers'>;
  readonly settings: Pick<Settings, 'teams' | 'budgets'>;
}

/** Operators' definitions that are to be; null takes one away. */
export type BudgetChanges = ReadonlyMap<string, BudgetSpec | null>;

/** A pool cannot give what these budgets reserve of it. */
export class PoolExceededError extends Error {
  override name = 'PoolExceededError';
}

/** Neither configured nor named by a tag: a budget of such a team would hold nobody. */
export class UnknownTeamError extends Error {
  override name = 'UnknownTeamError';
}

/**
 * Refuses changes after which the members of a team would have more of their own than its pool holds, all changes taken
 * together. Members are those of the configuration and those whose tag was seen to name the team.
 *
 * It reads before the changes are written: two operators who raise two members in the same moment can both pass, and
 * the next check tells of it.
 * @throws PoolExceededError with the figures, UnknownTeamError
 */
export async function checkPools(changes: BudgetChanges, deps: CheckPoolsDeps): Promise<void> {
  for (const [subject, spec] of changes) if (spec !== null) await checkKnown(subject, deps);
  const refused: string[] = [];
  for (const team of await affectedTeams(changes, deps)) {
    refused.push(...(await exceeded(team, changes, deps)).map((short) => `${team}: ${shortfallText(short)}`));
  }
  if (refused.length > 0) {
    throw new PoolExceededError(
      `Members would have more of their own than their team's pool holds (${refused.join('; ')}): raise the pool or lower the members.`,
    );
  }
}

async function checkKnown(subject: string, { subjects, settings }: CheckPoolsDeps): Promise<void> {
  if (subjectOf(subject).scope !== 'team' || settings.teams[subject] !== undefined) return;
  if ((await subjects.taggedMembers(subject)).length > 0) return;
  const known = Object.keys(settings.teams).sort().join(', ');
  throw new UnknownTeamError(
    `${subject} is no team: no tag names it, and the configuration has ${known || 'none'}; add it to \`teams\` first.`,
  );
}

async function affectedTeams(
  changes: BudgetChanges,
  { subjects, settings }: CheckPoolsDeps,
): Promise<ReadonlySet<string>> {
  const teams = await Promise.all(
    [...changes.keys()].map(async (subject) => {
      const scope = subjectOf(subject).scope;
      if (scope !== 'principal') return scope === 'team' ? subject : undefined;
      const configured = teamOf(subject, settings);
      return configured ?? (await subjects.load(subject, [])).taggedTeam;
    }),
  );
  return new Set(teams.filter((team) => team !== undefined));
}

/** What the changes make worse in one team's pool. */
async function exceeded(team: string, changes: BudgetChanges, deps: CheckPoolsDeps): Promise<Shortfall[]> {
  const { subjects, settings } = deps;
  const tagged = await subjects.taggedMembers(team);
  const configured = [...(settings.teams[team]?.members ?? []), ...Object.keys(settings.budgets)];
  const candidates = [...new Set([...configured, ...tagged, ...changes.keys()])].filter(
    (subject) => subjectOf(subject).scope === 'principal',
  );
  const loaded = await Promise.all(
    [team, ...candidates].map(async (subject) => ({ subject, ...(await subjects.load(subject, [])) })),
  );
  const members = loaded.filter(
    ({ subject, taggedTeam }) => subject !== team && teamOf(subject, settings, taggedTeam) === team,
  );
  const operators = new Map(loaded.map(({ subject, operatorSpec }) => [subject, operatorSpec]));
  const short = (changed: BudgetChanges): Shortfall[] => {
    const operatorsOf = (subject: string) =>
      changed.has(subject) ? (changed.get(subject) ?? undefined) : operators.get(subject);
    const pool = operatorsOf(team) ?? settings.teams[team];
    const carveOuts = members.flatMap(({ subject }): CarveOut[] => {
      const spec = operatorsOf(subject) ?? settings.budgets[subject];
      return spec === undefined ? [] : [{ member: subject, spec }];
    });
    return pool === undefined ? [] : shortfalls(pool, carveOuts);
  };
  return worsened(short(new Map()), short(changes));
}
