import { DynamoDbCatchUpJobs } from '../../../lambda/adapters/dynamodb/catch-up-jobs.ts';
import { DynamoDbSubjects } from '../../../lambda/adapters/dynamodb/subjects.ts';
import { accountSubject } from '../../../lambda/domain/subject.ts';
import { openWindows, readSituation } from '../../../lambda/use-cases/deciding/read-situation.ts';
import { InputError } from '../../command-line/input-error.ts';
import type { Answer } from '../deployment/answer-command.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { readBudgetItems } from '../deployment/read-budget-items.ts';
import { readSubject } from '../deployment/read-subject-option.ts';
import { otherModes } from './other-modes.ts';
import { outlookOf } from './outlook.ts';
import type { Overview, StatusAndOutlook } from './status-text.ts';
import { overviewText, subjectStatusText } from './status-text.ts';
import { type SubjectStatus, subjectStatusOf } from './subject-status.ts';

/** `status SUBJECT`: how one subject stands. @throws InputError for one that was never seen */
export async function statusOf(text: string, deployment: Deployment): Promise<Answer<StatusAndOutlook>> {
  const { client, tables, clock, sleep, settings } = deployment;
  const subject = readSubject(text, settings);
  const subjects = new DynamoDbSubjects(client, tables, clock, sleep);
  const deps = { subjects, settings, clock };
  const open = await readSituation(subject, deps);
  const standing = open && subjectStatusOf({ ...open.snapshot, ...open.situation }, deployment);
  if (open === undefined || standing === undefined) {
    throw new InputError(
      `${subject} was never seen in the invocation log of stage ${deployment.stage}: check the name with \`status --all\`.`,
    );
  }
  const jobs = new DynamoDbCatchUpJobs(client, tables.budgets);
  const json = {
    ...standing,
    ...(await outlookOf(open, deps)),
    catchingUp: await jobs.underWay(subject, clock()),
  };
  return { text: subjectStatusText(json), json, exitCode: 0 };
}

/** `status`: who is held, and with `all` everyone else too, the nearest to a limit first. */
export async function statusOfAll(
  { all }: { readonly all: boolean },
  deployment: Deployment,
): Promise<Answer<Overview>> {
  const { clock, settings } = deployment;
  const now = clock();
  const windows = Object.values(openWindows(now, settings.timeZone).windows);
  const known = await readBudgetItems(deployment, windows);
  const windowStatuses = [...known.values()]
    .map((subject) => subjectStatusOf(subject, deployment))
    .filter((standing) => standing !== undefined);
  const principals = windowStatuses.filter(({ subject }) => /^(?!team\/|account$)/.test(subject));
  const counts: Record<string, number> = {};
  for (const { access } of principals) counts[access] = (counts[access] ?? 0) + 1;
  const shown = windowStatuses.filter(
    ({ subject, access, holds }) =>
      subject !== accountSubject && (all || access !== 'active' || holds.length > 0),
  );
  const overview: Overview = {
    at: now.toISOString(),
    mode: settings.mode,
    otherModes: otherModes(settings),
    paused: known.get(accountSubject)?.state?.paused,
    counts,
    account: windowStatuses.find(({ subject }) => subject === accountSubject),
    subjects: shown.sort((a, b) => shareOf(b) - shareOf(a) || (a.subject < b.subject ? -1 : 1)),
  };
  return { text: overviewText(overview, { all }), json: overview, exitCode: 0 };
}

/** How much of its tightest window is used: for the order only. */
function shareOf({ windows }: SubjectStatus): number {
  const shares = Object.values(windows).map(({ spentUsd, limitUsd }) => Number(spentUsd) / Number(limitUsd));
  return Math.max(0, ...shares.filter(Number.isFinite));
}
