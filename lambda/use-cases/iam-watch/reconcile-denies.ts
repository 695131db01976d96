import { type HeldState, strays } from '../../domain/iam-events/compare-carriers.ts';
import { type DenyLevel, denyLevels } from '../../domain/level.ts';
import { accountSubject } from '../../domain/subject.ts';
import type { DenyCarriers } from '../ports/iam.ts';
import type { PrincipalStates, Subjects } from '../ports/subjects.ts';
import type { Clock } from '../ports/time.ts';
import type { Enforcer } from '../ports/workflows.ts';

export interface ReconcileDeps {
  readonly subjects: Pick<Subjects, 'state'>;
  readonly states: PrincipalStates;
  readonly carriers: Pick<DenyCarriers, 'of'>;
  readonly policies: Readonly<Record<DenyLevel, string>>;
  readonly enforcer: Enforcer;
  readonly enforces: (subject: string) => boolean;
  readonly clock: Clock;
}

export interface Reconciliation {
  /** Attachments that IAM lists. */
  readonly carriers: number;
  readonly principals: number;
  /** For whom the enforcer was asked, because IAM was not what their holds ask for. */
  readonly repairs: readonly string[];
  /** Carriers that the table knows nothing of: groups, and principals without a budget. Nothing touches them. */
  readonly unknown: readonly string[];
}

/** More in one round would keep the enforcer from those who are over budget now; the next round goes on. */
const mostRepairs = 200;

/**
 * Compares both ways who carries our denies with who is held, and asks the enforcer to read each that differs: a second
 * path beside CloudTrail's events, which are delivered at best effort. Asks for nothing while enforcement is paused.
 */
export async function reconcileDenies(deps: ReconcileDeps): Promise<Reconciliation> {
  const { subjects, states, enforcer, enforces, clock } = deps;
  const carried = await carriersByName(deps);
  const paused = (await subjects.state(accountSubject))?.paused !== undefined;
  const left = new Set(carried.keys());
  const repairs: string[] = [];
  let principals = 0;
  for await (const portion of states.all()) {
    principals += portion.length;
    for (const { subject } of portion) left.delete(subject);
    const found = strays(portion.filter(isOurs(enforces)), carried, clock());
    repairs.push(...(paused ? [] : found).slice(0, mostRepairs - repairs.length));
  }
  for (const subject of repairs) await enforcer.ask(subject);
  const count = [...carried.values()].reduce((sum, steps) => sum + steps.size, 0);
  return { carriers: count, principals, repairs, unknown: [...left].sort() };
}

/** In shadow mode IAM is not touched: drift there is nobody's to put back. */
const isOurs =
  (enforces: ReconcileDeps['enforces']) =>
  ({ subject }: HeldState) =>
    enforces(subject);

async function carriersByName({ carriers, policies }: ReconcileDeps): Promise<Map<string, Set<DenyLevel>>> {
  const byName = new Map<string, Set<DenyLevel>>();
  for (const level of denyLevels) {
    for (const { type, name } of await carriers.of(policies[level])) {
      const id = `${type}/${name}`;
      byName.set(id, (byName.get(id) ?? new Set()).add(level));
    }
  }
  return byName;
}
