import type { Alert } from '../../domain/control/alert.ts';
import { notice } from '../../domain/control/notice.ts';
import type { OverrideRequest } from '../../domain/control/override-request.ts';
import { type Situation, windowStatusesOf } from '../../domain/control/situation.ts';
import { windowIdAt } from '../../domain/windows.ts';

interface OrderFacts {
  readonly request: OverrideRequest;
  readonly execution: string;
  readonly detail: string;
  readonly now: Date;
  readonly timeZone: string;
  /** Of the order's subject, with the order in it where it is in force; undefined where nothing is known of it. */
  readonly situation: Situation | undefined;
}

/** What admins hear of an order, with the figures of the window that it is about, else of the first that is limited. */
export function orderNotice(
  name: 'override-applied' | 'approval-needed',
  { request, execution, detail, now, timeZone, situation }: OrderFacts,
): Alert {
  const statuses = situation === undefined ? [] : windowStatusesOf({ ...situation, now });
  const status = statuses.find(({ kind }) => kind === request.window) ?? statuses[0];
  return notice(name, {
    subject: request.subject,
    window: status?.window ?? windowIdAt('month', now, timeZone),
    id: `${name}#${execution}`,
    severity: name === 'approval-needed' ? 'warning' : 'info',
    spent: status?.spent ?? 0n,
    limit: status?.limit ?? 0n,
    now,
    enforcing: true,
    detail,
  });
}
