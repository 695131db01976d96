import { createHash } from 'node:crypto';
import { parseUsageDetail } from '../../contracts/usage-event.ts';
import { noWindows, windowsAt } from '../../domain/control/counted-windows.ts';
import { teamOf } from '../../domain/control/subject.ts';
import type { Settings } from '../../domain/settings.ts';
import { accountSubject, subjectOf } from '../../domain/subject.ts';
import {
  readUsageEvent,
  refusals,
  type UsageEventRefusal,
} from '../../domain/usage-events/read-usage-event.ts';
import type { UsageEnvelope, UsageEvent, UsagePosting } from '../../domain/usage-events/usage-event.ts';
import { windowIdAt } from '../../domain/windows.ts';
import type { Ledger, UsageLedger } from '../ports/ledger.ts';
import { type KnowDeps, taggedTeams } from './look-up-teams.ts';
import { type WindowKindsDeps, windowKindsOf } from './window-kinds.ts';

export interface PostUsageDeps extends KnowDeps, WindowKindsDeps {
  readonly usageLedger: UsageLedger;
  readonly ledger: Pick<Ledger, 'quarantine'>;
  readonly settings: Settings;
}

export type UsageOutcome =
  | { readonly kind: 'posted' | 'duplicate' }
  | { readonly kind: 'refused'; readonly reason: UsageEventRefusal };

/**
 * Meters one usage event: checks it, finds who and what it counts against, posts it. What is refused is put aside by
 * pointer; it never fails, so it never holds up another.
 */
export async function postUsageEvent(
  envelope: UsageEnvelope,
  delivery: string,
  deps: PostUsageDeps,
): Promise<UsageOutcome> {
  const reading = readUsageEvent(envelope, deps.settings, deps.clock(), parseUsageDetail);
  if (reading.kind === 'refused') return refuse(envelope, reading.reason, deps);
  const posted = await deps.usageLedger.post(await covered(reading.event, delivery, deps));
  return posted === 'reused-id' ? refuse(envelope, posted, deps) : { kind: posted };
}

async function covered(event: UsageEvent, delivery: string, deps: PostUsageDeps): Promise<UsagePosting> {
  const { settings } = deps;
  const { payer: identity, account } = event;
  const tagged = await taggedTeams([{ identity, account }], deps);
  const team = teamOf(identity.id, settings, tagged.get(identity.id));
  const role = subjectOf(identity.id).role;
  const subjects = [identity.id, role, team, accountSubject].filter((subject) => subject !== undefined);
  const kinds = await windowKindsOf(subjects, 'Seen for the first time in a usage event.', deps);
  const at = new Date(event.at);
  const windows = (subject: string | undefined) =>
    windowsAt(kinds.get(subject ?? '') ?? noWindows, at, settings.timeZone, undefined);
  return {
    event,
    delivery,
    ...(role !== undefined && { role }),
    team,
    windows: {
      principal: windows(identity.id),
      ...(role !== undefined && { role: windows(role) }),
      team: windows(team),
      account: windows(accountSubject),
    },
    month: windowIdAt('month', at, settings.timeZone),
  };
}

async function refuse(
  { id, source, detail }: UsageEnvelope,
  reason: UsageEventRefusal,
  { ledger, clock }: PostUsageDeps,
): Promise<UsageOutcome> {
  const sha256 = createHash('sha256')
    .update(JSON.stringify([source, detail]))
    .digest('hex');
  await ledger.quarantine([{ source: `event://${id}`, sha256, reason: refusals[reason] }], clock());
  return { kind: 'refused', reason };
}
