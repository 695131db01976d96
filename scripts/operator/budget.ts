import { DynamoDbSubjects } from '../../lambda/adapters/dynamodb/subjects.ts';
import { type BudgetSpec, budgetSpecSchema, type Settings } from '../../lambda/contracts/settings.ts';
import { specFor, toBudget } from '../../lambda/domain/control/budget.ts';
import { accountSubject, scopeOf } from '../../lambda/domain/control/subject.ts';
import { formatUsdShort } from '../../lambda/domain/money.ts';
import { setBudget } from '../../lambda/use-cases/set-budget.ts';
import { checked, readJson } from '../run/config.ts';
import { InputError } from '../run/plan.ts';
import type { Answer } from './answer-command.ts';
import { actorOf } from './caller.ts';
import type { Deployment } from './deployment.ts';
import { readBudgetItems } from './read-budget-items.ts';
import { readSubject } from './read-subject-option.ts';
import { textTable } from './text-table.ts';

/** Where a definition comes from, the first that there is. */
export type BudgetSource = 'operator' | 'configured' | 'default';

export interface BudgetAnswer {
  readonly subject: string;
  readonly source: BudgetSource;
  readonly budget: BudgetSpec;
  /** What its thresholds do, defaults filled in. */
  readonly thresholds: readonly { readonly at: string; readonly do: readonly string[] }[];
}

export interface SetBudgetOptions {
  readonly month?: string | undefined;
  readonly week?: string | undefined;
  readonly day?: string | undefined;
  /** A JSON file: a list of `{ "at": "80%", "do": ["notify"] }`. */
  readonly thresholds?: string | undefined;
  readonly reason: string;
}

/** `budget get SUBJECT`: the definition in force, and where it comes from. @throws InputError */
export async function getBudget(text: string, deployment: Deployment): Promise<Answer<BudgetAnswer>> {
  const subject = readSubject(text, deployment.settings);
  const definitions = await subjectsOf(deployment).definitions([subject]);
  const json = answerOf(subject, definitions.get(subject), deployment.settings);
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
  const { settings, clock } = deployment;
  const subject = readSubject(text, settings);
  const spec = specOf(options);
  if (options.reason.trim() === '') throw new InputError('--reason is empty: say why, for the audit trail.');
  const subjects = subjectsOf(deployment);
  const known = await subjects.definitions([subject]);
  const before = answerOf(subject, known.get(subject), settings);
  const actor = await actorOf(deployment);
  await setBudget(subject, spec, { actor, reason: options.reason }, { subjects, clock });
  const json = definition(subject, spec, 'operator');
  const was = before === undefined ? 'none' : `${limitsText(before.budget)} (${before.source})`;
  const unseen = known.has(subject) ? '' : `${subject} was not seen before: is the name right?\n`;
  return {
    text: `${budgetText(json)}Before: ${was}. Set by ${actor}.\n${unseen}`,
    json: { ...json, before, actor },
    exitCode: 0,
  };
}

/** `budget list`: whoever has a definition of its own, the account, and the default of everyone else. */
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
    .map((subject) => answerOf(subject, known.get(subject)?.operatorSpec, settings))
    .filter((row) => row !== undefined);
  const everyoneElse = definition('everyone else', settings.defaultBudget, 'default');
  const json = [...rows, everyoneElse];
  const table = textTable(
    ['subject', 'limits', 'from'],
    json.map(({ subject, budget, source }) => [subject, limitsText(budget), source]),
  );
  return { text: table, json, exitCode: 0 };
}

export const subjectsOf = ({ client, tables, clock, sleep }: Deployment) =>
  new DynamoDbSubjects(client, tables, clock, sleep);

function specOf({ month, week, day, thresholds }: SetBudgetOptions): BudgetSpec {
  const limits = {
    ...(month !== undefined && { monthUsd: month }),
    ...(week !== undefined && { weekUsd: week }),
    ...(day !== undefined && { dayUsd: day }),
  };
  if (Object.keys(limits).length === 0)
    throw new InputError('No limit is given: add --month, --week or --day.');
  return checked(
    budgetSpecSchema,
    { ...limits, ...(thresholds !== undefined && { thresholds: readJson(thresholds) }) },
    'The budget',
  );
}

function answerOf(
  subject: string,
  operators: BudgetSpec | undefined,
  settings: Settings,
): BudgetAnswer | undefined {
  const spec = specFor(subject, operators, settings);
  if (spec === undefined) return undefined;
  const configured = scopeOf(subject) !== 'principal' || settings.budgets[subject] !== undefined;
  const source = operators !== undefined ? 'operator' : configured ? 'configured' : 'default';
  return definition(subject, spec, source);
}

function definition(subject: string, spec: BudgetSpec, source: BudgetSource): BudgetAnswer {
  const { dayUsd, weekUsd, monthUsd, thresholds } = spec;
  return {
    subject,
    source,
    budget: {
      ...(dayUsd !== undefined && { dayUsd }),
      ...(weekUsd !== undefined && { weekUsd }),
      ...(monthUsd !== undefined && { monthUsd }),
      ...(thresholds !== undefined && { thresholds }),
    },
    thresholds: toBudget(spec, scopeOf(subject)).rungs.map(({ threshold, actions }) => ({
      at: threshold,
      do: actions,
    })),
  };
}

function limitsText(budget: BudgetSpec): string {
  return toBudget(budget, 'principal')
    .limits.map(({ kind, amount }) => `${formatUsdShort(amount)} a ${kind}`)
    .join(', ');
}

const origin: Readonly<Record<BudgetSource, string>> = {
  operator: 'set by an operator',
  configured: 'from the configuration',
  default: 'the default of the stage',
};

function budgetText({ subject, source, budget, thresholds }: BudgetAnswer): string {
  const rungs = thresholds.map((rung) => `${rung.at} ${rung.do.join(' and ')}`).join(', ');
  return `${subject}: ${limitsText(budget)}, ${origin[source]}.\nThresholds: ${rungs}.\n`;
}
