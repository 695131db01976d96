import type { BudgetSettings } from '../../domain/control/budget.ts';
import { firstState } from '../../domain/control/state.ts';
import type { IamEvent, IamEventOf, Named } from '../../domain/iam-events/iam-event.ts';
import { isReservedPrincipal, isWorthKnowing } from '../../domain/iam-events/metered-principals.ts';
import type { Settings } from '../../domain/settings.ts';
import { knownTags, taggedFacts } from '../../domain/team-tag.ts';
import { configuredTeam } from '../metering/look-up-teams.ts';
import { firstCounts } from '../metering/window-kinds.ts';
import type { IamDirectory, PrincipalRegistry, Subjects } from '../ports/subjects.ts';
import type { Clock } from '../ports/time.ts';
import type { Enforcer } from '../ports/workflows.ts';

export interface OnboardDeps {
  readonly subjects: Subjects;
  readonly registry: PrincipalRegistry;
  /** Asked anew for each event: what it remembers from before the event is of no use. */
  readonly iam: IamDirectory;
  readonly settings: Pick<Settings, 'teamTag' | 'defaults' | 'userChannels'> & BudgetSettings;
  readonly clock: Clock;
  readonly enforcer: Enforcer;
}

export type Onboarding = 'onboarded' | 'refreshed' | 'left-alone';

/** What IAM says of a principal, as far as it can tell. */
interface Facts {
  readonly path: string;
  readonly uniqueId: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * Gives whoever is new a budget before the first call, and notes a changed team, tier or contact at once. It asks IAM what is true
 * now, and takes the event's word only where IAM does not answer: so events may come late, twice or out of order.
 */
export async function onboardPrincipal(event: IamEvent, deps: OnboardDeps): Promise<Onboarding> {
  switch (event.kind) {
    case 'principal-created':
      await enforceAgain(event.target, deps);
      return isWorthKnowing(event) ? know(event.target, event.name, deps, event) : 'left-alone';
    case 'key-created':
      return know(event.target, event.name, deps);
    case 'tags-changed':
      return saysSomething(event, deps) ? refresh(event.target, event.name, deps) : 'left-alone';
    default:
      return 'left-alone';
  }
}

/**
 * Whoever is made again under the name of someone who is held is held too, perhaps another person: IAM forgot the deny with
 * the old principal, and the enforcer puts it on the new one at once. An operator's order frees them.
 */
async function enforceAgain(target: Named, { subjects, enforcer }: OnboardDeps): Promise<void> {
  const state = await subjects.state(idOf(target));
  if (Object.keys(state?.holds ?? {}).length > 0) await enforcer.ask(idOf(target));
}

function saysSomething({ keys }: IamEventOf<'tags-changed'>, { settings }: OnboardDeps): boolean {
  // To IAM `Team` and `team` are one key.
  const ours = Object.values(knownTags(settings)).map((key: string | undefined) => key?.toLowerCase());
  return keys.some((key) => ours.includes(key.toLowerCase()));
}

/** A role that never called a model does not become known by its tags. */
async function refresh(target: Named, call: string, deps: OnboardDeps): Promise<Onboarding> {
  const known = target.type === 'user' || (await deps.subjects.state(idOf(target))) !== undefined;
  return known ? know(target, call, deps) : 'left-alone';
}

async function know(target: Named, call: string, deps: OnboardDeps, told?: Facts): Promise<Onboarding> {
  const { subjects, clock } = deps;
  const subject = idOf(target);
  const facts: Facts | undefined = (await deps.iam.find([target])).get(subject) ?? told;
  if (isReservedPrincipal(target, facts?.path ?? '/')) return 'left-alone';
  const isNew = (await subjects.state(subject)) === undefined;
  if (isNew) {
    const reason = `CloudTrail told of ${call}: it has its budget before its first call.`;
    const counts = firstCounts(subject, deps.settings);
    const state = { ...firstState(clock().toISOString(), reason, 'iam-events'), counts };
    await subjects.provision(subject, state);
  }
  if (facts !== undefined) await remember(subject, target.name, facts, deps);
  // A halt or a team's hold is for newcomers too.
  if (isNew) await subjects.requestEvaluation(subject);
  return isNew ? 'onboarded' : 'refreshed';
}

async function remember(
  subject: string,
  name: string,
  { path, uniqueId, tags }: Facts,
  { registry, settings, clock }: OnboardDeps,
): Promise<void> {
  if (uniqueId === undefined) return;
  const before = (await registry.find([subject])).get(subject);
  const described = { name, path, tags };
  const facts = taggedFacts(described, knownTags(settings));
  const memberOf = configuredTeam(subject, facts.team, settings);
  const seen = { ...facts, memberOf, uniqueId, seenAt: clock() };
  await registry.remember(subject, seen, before);
}

const idOf = ({ type, name }: Named): string => `${type}/${name}`;
