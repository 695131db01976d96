import { sendsReports } from '../../lambda/contracts/report-settings.ts';
import type { Settings } from '../../lambda/domain/settings.ts';
import { physicalName } from './naming.ts';

/** The rules of a stage's Region, as their names go on after the stage. */
const ruleIds = [
  'anchors-daily',
  'batch-jobs-submitted',
  'iam-changed',
  'iam-reconcile',
  'logging-changed',
  'new-log-object',
  'prices-daily',
  'prove',
  'reports-daily',
  'sweep',
  'usage-event',
] as const;
export type RuleId = (typeof ruleIds)[number];

/**
 * Every rule has a name of ours: CloudFormation cuts the stack's name in the names that it makes, so that neither could a
 * rule be found by how its name begins, nor two stages be told apart by it.
 */
export const ruleName = (stage: string, id: RuleId): string => physicalName(stage, id);

/** What of a stage's configuration decides which rules there are. */
export interface RuleChoices {
  /** `none`, or whatever there is. */
  readonly auditArchive: unknown;
  readonly settings: Pick<Settings, 'reports'>;
}

/** Those that a stage has: some exist only where configuration asks for them. */
export const rulesOf = ({ auditArchive, settings }: RuleChoices): readonly RuleId[] =>
  ruleIds.filter(
    (id) =>
      (id !== 'anchors-daily' || auditArchive !== 'none') &&
      (id !== 'reports-daily' || sendsReports(settings.reports)),
  );
