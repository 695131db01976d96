import { noWindows, windowsAt } from '../../domain/control/counted-windows.ts';
import { teamOf } from '../../domain/control/subject.ts';
import type { Invocation } from '../../domain/metering/invocation.ts';
import type { LedgerEntry } from '../../domain/metering/ledger-entry.ts';
import { ledgerKey } from '../../domain/metering/ledger-key.ts';
import { applicationProfileArn } from '../../domain/pricing/application-profile.ts';
import { charge } from '../../domain/pricing/charge.ts';
import { behind } from '../../domain/pricing/resolve-model.ts';
import { identify } from '../../domain/principal.ts';
import type { Settings } from '../../domain/settings.ts';
import { accountSubject, subjectOf } from '../../domain/subject.ts';
import { capLabels, type LabelDeps } from './cap-labels.ts';
import { type KnowDeps, taggedTeams } from './look-up-teams.ts';
import { type ProfileDeps, resolveProfiles } from './resolve-profiles.ts';
import { type WindowKindsDeps, windowKindsOf } from './window-kinds.ts';

export interface StampDeps extends KnowDeps, LabelDeps, ProfileDeps, WindowKindsDeps {
  readonly settings: Settings;
}

/**
 * Prices and stamps invocations: who pays, in which team, for which windows. Whoever is seen for the first time is
 * provisioned before anything is posted.
 */
export async function stampEntries(
  invocations: readonly Invocation[],
  delivery: string,
  deps: StampDeps,
): Promise<LedgerEntry[]> {
  if (invocations.length === 0) return [];
  const { settings } = deps;
  const calls = invocations.map((invocation) => ({
    invocation,
    account: invocation.account,
    identity: identify(invocation.identityArn, { ...settings, homeAccount: invocation.account }),
  }));
  const [profiles, labels, tagged] = await Promise.all([
    resolveProfiles(invocations, deps),
    capLabels(invocations, deps),
    taggedTeams(calls, deps),
  ]);
  const teams = new Map(calls.map(({ identity: { id } }) => [id, teamOf(id, settings, tagged.get(id))]));
  const pools = [...[...teams.keys()].map((payer) => subjectOf(payer).role), ...teams.values()].filter(
    (pool) => pool !== undefined,
  );
  const kinds = await windowKindsOf(
    [...new Set([...teams.keys(), ...pools, accountSubject])],
    'Seen for the first time in the invocation log.',
    deps,
  );

  return calls.map(({ invocation, identity: payer }, index) => {
    const team = teams.get(payer.id);
    const role = subjectOf(payer.id).role;
    const at = new Date(invocation.timestamp);
    const charged = charge(invocation, { ...settings, profiles });
    const windows = (subject: string | undefined) =>
      windowsAt(kinds.get(subject ?? '') ?? noWindows, at, settings.timeZone, charged.model);
    const { requestId, timestamp, account, region, operation, modelId, usage, bodyModel } = invocation;
    const { tier, guardrailUnits } = invocation;
    return {
      key: ledgerKey(invocation, payer.ledgerName),
      ...{ delivery, requestId, timestamp, account, region, operation, modelId, usage, team },
      labels: labels[index],
      behind: applicationProfileArn(invocation) && behind(invocation, profiles),
      principal: payer.id,
      ...(role !== undefined && { role }),
      ...{ bodyModel, tier, guardrailUnits, recordFlags: invocation.flags },
      charge: charged,
      windows: {
        principal: windows(payer.id),
        ...(role !== undefined && { role: windows(role) }),
        team: windows(team),
        account: windows(accountSubject),
      },
    };
  });
}
