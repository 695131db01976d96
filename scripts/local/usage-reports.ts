import { usageEventDetailType } from '../../lambda/contracts/usage-event.ts';
import { physicalName } from '../../lib/shared/naming.ts';
import type { BusEvent } from './stack-events.ts';

/** A usage event as an application puts it: its detail may be anything. */
export interface UsageReport {
  readonly source: string;
  readonly detail?: unknown;
}

/** The same on the stage's own bus. */
export const onUsageBus = ({ source, detail }: UsageReport, stage = 'local'): BusEvent => ({
  busName: physicalName(stage, 'usage'),
  detailType: usageEventDetailType,
  source,
  detail,
});

/** Users and roles that the reports name, as the lines of their calls would name them. */
export const payersOf = (reports: readonly UsageReport[], account: string): readonly string[] =>
  reports.flatMap(({ detail }) => {
    const subject = (detail as { subject?: unknown } | null | undefined)?.subject;
    return typeof subject === 'string' && /^(user|role)\/[\w+=,.@-]+$/.test(subject)
      ? [JSON.stringify({ identity: { arn: `arn:aws:iam::${account}:${subject}` } })]
      : [];
  });
