import { DynamoDbSubjects } from '../../../lambda/adapters/dynamodb/subjects.ts';
import { checkPlace } from '../../../lambda/contracts/budget-place.ts';
import { budgetSpecSchema } from '../../../lambda/contracts/budget-spec.ts';
import { teamOf } from '../../../lambda/domain/control/subject.ts';
import type { BudgetSpec } from '../../../lambda/domain/settings.ts';
import { accountSubject } from '../../../lambda/domain/subject.ts';
import { setBudget } from '../../../lambda/use-cases/budgets/set-budget.ts';
import { explainRefusal } from '../../command-line/budget-refusal.ts';
import { InputError } from '../../command-line/input-error.ts';
import { checked, readJson } from '../../command-line/read-config.ts';
import { textTable } from '../../command-line/text-table.ts';
import type { Answer } from '../deployment/answer-command.ts';
import { operatorName } from '../deployment/caller.ts';
import { checkKnown } from '../deployment/check-known.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { readBudgetItems } from '../deployment/read-budget-items.ts';
import { readSubject } from '../deployment/read-subject-option.ts';
import { type BudgetAnswer, budgetAnswer, budgetText, definition, limitsText } from './budget-answer.ts';

export interface SetBudgetOptions {
  readonly month?: string | undefined;
  readonly week?: string | undefined;
  readonly day?: string | undefined;
  /** A YAML or JSON file: a list of `{ "at": "80%", "do": ["notify"] }`. */
  readonly thresholds?: string | undefined;
  readonly reason: string;
  /** Also for somebody who does not exist yet. */
  readonly force?: boolean | undefined;
}

/** `budget get SUBJECT`: the definition in force, and where it comes from. @throws InputError */
export async function getBudget(text: string, deployment: Deployment): Promise<Answer<BudgetAnswer>> {
  const subject = readSubject(text, deployment.settings);
  const json = await inForce(subject, deployment);
  if (json === undefined) throw new InputError(`${subject} has no budget: give it one with \`budget set\`.`);
  return { text: budgetText(json), json, exitCode: 0 };
}

/**
 * `budget set SUBJECT …`: replaces the whole definition; from then on it outranks the configured one, and evaluation
 * follows by itself. @throws InputError
 */
export async function putBudget(
  text: string,
  options: SetBudgetOptions,
  deployment: Deployment,
): Promise<Answer<BudgetAnswer & { readonly before: BudgetAnswer | undefined; readonly actor: string }>> {
  const subject = readSubject(text, deployment.settings);
  const spec = specOf(subject, options);
  checkReason(options);
  await checkKnown(subject, options, deployment);
  const before = await inForce(subject, deployment);
  const actor = await operatorName(deployment);
  const by = { actor, reason: options.reason };
  await explainRefusal(setBudget(subject, spec, by, setBudgetDeps(deployment)));
  const json = definition(subject, spec, 'operator');
  const was = before === undefined ? 'none' : `${limitsText(before.budget)} (${before.source})`;
  return {
    text: `${budgetText(json)}Before: ${was}. Set by ${actor}.\n`,
    json: { ...json, before, actor },
    exitCode: 0,
  };
}

/** `budget unset SUBJECT`: takes the operator's definition away; the configured one is in force again. @throws InputError */
export async function unsetBudget(
  text: string,
  { reason }: { readonly reason: string },
  deployment: Deployment,
): Promise<
  Answer<{
    readonly subject: string;
    readonly changed: boolean;
    readonly before: BudgetAnswer | undefined;
    /** What is in force now; undefined where nothing is. */
    readonly after: BudgetAnswer | undefined;
    readonly actor: string;
  }>
> {
  const subject = readSubject(text, deployment.settings);
  checkReason({ reason });
  const before = await inForce(subject, deployment);
  const actor = await operatorName(deployment);
  const changed = await explainRefusal(
    setBudget(subject, null, { actor, reason }, setBudgetDeps(deployment)),
  );
  const after = await inForce(subject, deployment);
  const now = after === undefined ? `${subject} has no budget now.\n` : budgetText(after);
  const said = changed ? `The operator's budget was taken away by ${actor}.` : 'No operator had set one.';
  return { text: `${now}${said}\n`, json: { subject, changed, before, after, actor }, exitCode: 0 };
}

/** `budget list`: whoever has a definition of its own, the account, and the defaults of everyone else. */
export async function listBudgets(deployment: Deployment): Promise<Answer<readonly BudgetAnswer[]>> {
  const { settings } = deployment;
  const known = await readBudgetItems(deployment, []);
  const operators = [...known.values()].filter(({ operatorSpec }) => operatorSpec !== undefined);
  const subjects = new Set([
    accountSubject,
    ...Object.keys(settings.teams),
    ...Object.keys(settings.budgets),
    ...operators.map(({ subject }) => subject),
  ]);
  const rows = [...subjects]
    .sort()
    .map((subject) => budgetAnswer(subject, known.get(subject)?.operatorSpec, settings))
    .filter((row) => row !== undefined);
  const { tiers, teams, kinds } = settings.defaults;
  const of = <S extends 'tier' | 'team' | 'kind'>(specs: Readonly<Record<string, BudgetSpec>>, source: S) =>
    Object.entries(specs).map(([name, spec]) => definition(`everyone of ${source} ${name}`, spec, source));
  const defaults = [...of(tiers, 'tier'), ...of(teams, 'team'), ...of(kinds, 'kind')];
  const json = [...rows, ...defaults, definition('everyone else', settings.defaultBudget, 'default')];
  const table = textTable(
    ['subject', 'limits', 'from'],
    json.map(({ subject, budget, source }) => [subject, limitsText(budget), source]),
  );
  return { text: table, json, exitCode: 0 };
}

export const subjectsOf = ({ client, tables, clock, sleep }: Deployment) =>
  new DynamoDbSubjects(client, tables, clock, sleep);

/** What a change of budgets needs of a deployment. */
export const setBudgetDeps = (deployment: Deployment) => ({
  subjects: subjectsOf(deployment),
  clock: deployment.clock,
  settings: deployment.settings,
});

/** @throws InputError */
export function checkReason({ reason }: { readonly reason: string }): void {
  if (reason.trim() === '') throw new InputError('--reason is empty: say why, for the audit trail.');
}

async function inForce(subject: string, deployment: Deployment): Promise<BudgetAnswer | undefined> {
  const { settings } = deployment;
  const { operatorSpec, taggedTeam, taggedTier } = await subjectsOf(deployment).load(subject, []);
  const facts = { team: teamOf(subject, settings, taggedTeam), tier: taggedTier };
  return budgetAnswer(subject, operatorSpec, settings, facts);
}

function specOf(subject: string, { month, week, day, thresholds }: SetBudgetOptions): BudgetSpec {
  const limits = {
    ...(month !== undefined && { monthUsd: month }),
    ...(week !== undefined && { weekUsd: week }),
    ...(day !== undefined && { dayUsd: day }),
  };
  if (Object.keys(limits).length === 0)
    throw new InputError('No limit is given: add --month, --week or --day.');
  return checked(
    budgetSpecSchema.superRefine((spec, context) => checkPlace(subject, spec, context)),
    { ...limits, ...(thresholds !== undefined && { thresholds: readJson(thresholds) }) },
    'The budget',
  );
}
