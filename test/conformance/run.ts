import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parseExactly } from './suite/amount.ts';
import { askCommand } from './suite/ask-command.ts';
import type { Case } from './suite/case.ts';
import { writeFiles } from './suite/deliver.ts';
import { judge, type Verdict } from './suite/judge.ts';
import { readCases } from './suite/read-cases.ts';

const usage = `Holds a meter of Amazon Bedrock against cases whose dollars are known. One of:
  node run.ts --answers FILE     a JSON object: case id → answer
  node run.ts --command CMD      runs CMD once a case; {files} and {folder} stand for its input, which is on stdin, too
  node run.ts --write DIR        writes each case's files below DIR, a folder each, and judges nothing
  node run.ts --list             the cases, a line each
With --only TEXT, cases whose id contains it. With --json, the verdicts as one JSON object.
Ends with 0 where all is right, 1 where something is wrong, 2 where it could not be run.`;

try {
  process.exitCode = main();
} catch (error) {
  console.error(`${(error as Error).message}\n\n${usage}`);
  process.exitCode = 2;
}

function main(): number {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const { values } = parseArgs({
    options: { answers: text, command: text, write: text, list: flag, only: text, json: flag },
  });
  const cases = readCases().filter(({ id }) => id.includes(values.only ?? ''));
  if (cases.length === 0) throw new Error(`No case has "${values.only}" in its id.`);
  const modes = [values.answers, values.command, values.write, values.list].filter(
    (mode) => mode !== undefined,
  );
  if (modes.length !== 1) throw new Error('Give one of --answers, --command, --write and --list.');
  const { write, answers, command } = values;
  if (values.list) return list(cases);
  if (write !== undefined) return writeAll(cases, write);
  return tell(verdictsOf(cases, answers, command), values.json === true);
}

function list(cases: readonly Case[]): number {
  for (const { id, title } of cases) console.log(`${id}\t${title}`);
  return 0;
}

function writeAll(cases: readonly Case[], folder: string): number {
  for (const one of cases) writeFiles(one, join(folder, one.id));
  console.log(`${cases.length} cases are below ${folder}.`);
  return 0;
}

function verdictsOf(
  cases: readonly Case[],
  answers: string | undefined,
  command: string | undefined,
): readonly Verdict[] {
  if (command === undefined) {
    const given = parseExactly(readFileSync(answers ?? '', 'utf8')) as Readonly<Record<string, unknown>>;
    return cases.map((one) => judge(one, given[one.id]));
  }
  return cases.map((one) => {
    const asked = askCommand(command, one);
    return 'fault' in asked
      ? { id: one.id, title: one.title, faults: [asked.fault] }
      : judge(one, asked.answer);
  });
}

function tell(verdicts: readonly Verdict[], json: boolean): number {
  const wrong = verdicts.filter(({ faults }) => faults.length > 0);
  const counts = { cases: verdicts.length, right: verdicts.length - wrong.length, wrong: wrong.length };
  if (json) console.log(JSON.stringify({ ...counts, verdicts }, undefined, 2));
  else {
    for (const { id, title, faults } of wrong) console.log([`${id}: ${title}`, ...faults].join('\n  '));
    console.log(`${counts.right} of ${counts.cases} cases are right, ${counts.wrong} are wrong.`);
  }
  return wrong.length === 0 ? 0 : 1;
}
