import { dirname, resolve } from 'node:path';
import { assertNever } from '../../lambda/domain/assert-never.ts';
import { InputError } from '../command-line/input-error.ts';
import { checked, readJson } from '../command-line/read-config.ts';
import { recordFacts } from '../command-line/record-facts.ts';
import { placeOfRecords } from './place-of-records.ts';
import type { Plan, ScenarioStep } from './plan.ts';
import { lineOf, readLines } from './read-lines.ts';
import { reportSchema, type StepName, scenarioSchema, stepSchemas } from './scenario-schema.ts';

/** Reads a scenario file, strictly. @throws InputError naming the step and the field that are wrong */
export function loadScenario(path: string): Plan {
  const scenario = checked(scenarioSchema, readJson(path), path);
  const steps = scenario.steps.map((raw, index) =>
    readStep(raw, `${path}: step ${index + 1}`, dirname(path)),
  );
  const now = scenario.now ?? newestBeforeAdvance(steps) ?? new Date();
  checkTimes(steps, now, path);
  return {
    now,
    ...placeOfRecords(
      linesOf(steps),
      steps.find((step) => step.kind === 'invoke'),
    ),
    settings: scenario.config,
    principals: scenario.principals,
    profiles: scenario.profiles,
    jobs: scenario.jobs,
    steps,
  };
}

function readStep(raw: unknown, where: string, folder: string): ScenarioStep {
  const name = nameOf(raw, where);
  const body = (raw as Record<string, unknown>)[name];
  const inside = `${where}, ${name}`;
  switch (name) {
    case 'deliver': {
      if (isReport(body)) {
        const { records: events, times } = checked(reportSchema, body, inside);
        return { kind: 'report', events, times };
      }
      const { via, records = [], file, times, ...options } = checked(stepSchemas.deliver, body, inside);
      const fromFile = file === undefined ? [] : linesAt(resolve(folder, file), `${inside}.file`);
      return {
        kind: 'deliver',
        via,
        lines: [...records.map(lineOf), ...fromFile],
        times,
        ...(Object.keys(options).length > 0 && { options }),
      };
    }
    case 'settle':
      checked(stepSchemas.settle, body, inside);
      return { kind: 'settle' };
    case 'advance':
      return { kind: 'advance', ...checked(stepSchemas.advance, body, inside) };
    case 'setBudget':
      return {
        kind: 'setBudget',
        ...checked(stepSchemas.setBudget, body, inside),
        reason: 'The scenario sets it.',
      };
    case 'invoke':
      return { kind: 'invoke', ...checked(stepSchemas.invoke, body, inside) };
    case 'override': {
      const { verifiedAs, ...request } = checked(stepSchemas.override, body, inside);
      const requestedBy = request.requestedBy ?? verifiedAs ?? '';
      return { kind: 'override', request: { ...given(request), requestedBy }, verifiedAs };
    }
    case 'approve':
      return { kind: 'approve', ...checked(stepSchemas.approve, body, inside) };
    case 'iam':
      return { kind: 'iam', ...checked(stepSchemas.iam, body, inside) };
    default:
      return assertNever(name);
  }
}

function nameOf(raw: unknown, where: string): StepName {
  const names = typeof raw === 'object' && raw !== null ? Object.keys(raw) : [];
  const [name = ''] = names;
  if (names.length === 1 && Object.hasOwn(stepSchemas, name)) return name as StepName;
  const known = Object.keys(stepSchemas).join(', ');
  throw new InputError(
    `${where} must be an object with exactly one of ${known}, but has ${names.join(', ') || 'none'}.`,
  );
}

const given = (fields: Readonly<Record<string, string | undefined>>) =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );

const isReport = (body: unknown): boolean => (body as { via?: unknown } | null)?.via === 'event';

function linesAt(path: string, where: string): string[] {
  try {
    return readLines(path);
  } catch (error) {
    throw error instanceof InputError ? new InputError(`${where}: ${error.message}`) : error;
  }
}

/** Without `now` the clock starts at the newest record of the first deliveries, so that a run always ends the same. */
function newestBeforeAdvance(steps: readonly ScenarioStep[]): Date | undefined {
  const end = steps.findIndex(({ kind }) => kind === 'advance');
  const first = end < 0 ? steps : steps.slice(0, end);
  const times = [...linesOf(first), ...timesOf(first)].map((line) => recordFacts(line).at?.getTime() ?? 0);
  const newest = times.reduce((a, b) => Math.max(a, b), 0);
  return newest > 0 ? new Date(newest) : undefined;
}

function checkTimes(steps: readonly ScenarioStep[], start: Date, path: string): void {
  let now = start;
  for (const [index, step] of steps.entries()) {
    if (step.kind !== 'advance') continue;
    if (step.to < now) {
      throw new InputError(
        `${path}: step ${index + 1}, advance.to is ${step.to.toISOString()}, but the clock is at ${now.toISOString()} by then and cannot go back.`,
      );
    }
    now = step.to;
  }
}

/** The times of usage events, as the lines of a log would tell them. */
const timesOf = (steps: readonly ScenarioStep[]) =>
  steps.flatMap((step) =>
    step.kind === 'report'
      ? step.events.map(({ detail }) =>
          JSON.stringify({ timestamp: (detail as { at?: unknown } | null | undefined)?.at }),
        )
      : [],
  );

const linesOf = (steps: readonly ScenarioStep[]) =>
  steps.flatMap((step) => (step.kind === 'deliver' ? step.lines : []));
