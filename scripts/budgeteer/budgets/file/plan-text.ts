import type { BudgetChange, BudgetPlan } from './work-out-changes.ts';

const marks: Readonly<Record<BudgetChange['change'], string>> = { add: '+', change: '~', remove: '-' };
const said: Readonly<Record<BudgetChange['change'], string>> = {
  add: '',
  change: '',
  remove: '  (the configured budget is in force again)',
};

/** A plan for people: one line a subject, one more for each field that differs. */
export function planText({ changes, unchanged, kept }: BudgetPlan): string {
  const lines = changes.flatMap(({ subject, change, fields }) => [
    `${marks[change]} ${subject}${said[change]}`,
    ...fields.map(({ field, before, after }) => `    ${field}: ${sides(before, after)}`),
  ]);
  const counts = (['add', 'change', 'remove'] as const).map(
    (kind) => `${changes.filter(({ change }) => change === kind).length} to ${kind}`,
  );
  const sum = changes.length === 0 ? 'Nothing to change' : counts.join(', ');
  const staying =
    kept.length === 0
      ? ''
      : `Not in the file, left as they are (--prune takes them away): ${kept.join(', ')}.\n`;
  return `${lines.map((line) => `${line}\n`).join('')}${sum}; ${unchanged} as the file says.\n${staying}${catchingUp(changes)}`;
}

/** A new limit may stop somebody at once, for what was spent before it. */
function catchingUp(changes: BudgetPlan['changes']): string {
  const limits: readonly string[] = ['dayUsd', 'weekUsd', 'monthUsd', 'models'];
  const isNew = changes.some(({ fields }) =>
    fields.some(
      ({ field, before, after }) => limits.includes(field) && before === undefined && after !== undefined,
    ),
  );
  return isNew
    ? 'A limit that is new counts from the beginning of its window: whoever has spent as much already is held at once.\n'
    : '';
}

function sides(before: string | undefined, after: string | undefined): string {
  if (before === undefined) return after ?? '';
  return after === undefined ? `${before} → not set` : `${before} → ${after}`;
}
