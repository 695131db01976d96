import type { Alert } from '../../domain/control/alert.ts';
import { notice } from '../../domain/control/notice.ts';
import { haltsEveryone } from '../../domain/control/pool-holds.ts';
import { changed, type SubjectState } from '../../domain/control/state.ts';
import type { PolicyText } from '../../domain/deny-policies/policy-text.ts';
import { positionOf, type SwitchPosition } from '../../domain/deny-policies/switch-policy.ts';
import type { Settings } from '../../domain/settings.ts';
import { accountSubject } from '../../domain/subject.ts';
import { windowIdAt } from '../../domain/windows.ts';
import { retryConflicts } from '../deciding/retry-conflicts.ts';
import type { SwitchPolicyVersion, SwitchPolicyVersions } from '../ports/iam.ts';
import type { Subjects } from '../ports/subjects.ts';
import type { Clock, Sleep } from '../ports/time.ts';
import { NotReadBackError } from './match-iam.ts';

export interface SetHaltSwitchDeps {
  readonly subjects: Pick<Subjects, 'state' | 'commit' | 'raise' | 'lease'>;
  readonly switchPolicy: SwitchPolicyVersions;
  readonly texts: Readonly<Record<SwitchPosition, PolicyText>>;
  readonly settings: Pick<Settings, 'mode' | 'haltSwitch' | 'timeZone'>;
  readonly clock: Clock;
  readonly sleep: Sleep;
  readonly holder: string;
}

/** Nobody has written the version that is wanted (yet). */
export class NotAuthoredError extends Error {
  override name = 'NotAuthoredError';
}

/** `paused` leaves it where it is. */
export type SwitchOutcome = SwitchPosition | 'paused';

const readBacks = 8;
const readBackPauseMs = 250;
const rounds = 5;

/**
 * Puts the halt switch to what the holds of the account ask for, and reads it back; one at a time, and again where the holds
 * changed meanwhile. It only chooses a version with a text of the product. If someone else had moved it, that is alerted.
 * @throws NotAuthoredError, NotReadBackError, LeaseHeldError
 */
export async function setHaltSwitch(deps: SetHaltSwitchDeps): Promise<SwitchOutcome> {
  return deps.subjects.lease(accountSubject, deps.holder, () => retryConflicts(rounds, () => setOnce(deps)));
}

async function setOnce(deps: SetHaltSwitchDeps): Promise<SwitchOutcome> {
  const state = await deps.subjects.state(accountSubject);
  if (state?.paused !== undefined) return 'paused';
  const wanted = wantedPosition(state, deps);
  const versions = await deps.switchPolicy.versions();
  await tellUnauthored(versions, wanted, deps);
  const version = findVersion(versions, wanted, deps);
  const moved = versions.find(({ isDefault }) => isDefault)?.id !== version.id;
  if (moved) {
    await deps.switchPolicy.choose(version.id);
    await readBack(version.id, deps);
  }
  if (state !== undefined) await recordMove(state, wanted, moved, deps);
  return wanted;
}

function wantedPosition(
  state: SubjectState | undefined,
  { settings }: Pick<SetHaltSwitchDeps, 'settings'>,
): SwitchPosition {
  const enforced = settings.mode === 'enforce' && settings.haltSwitch === 'on';
  return enforced && state !== undefined && haltsEveryone(state.holds) ? 'deny' : 'dormant';
}

function findVersion(
  versions: readonly SwitchPolicyVersion[],
  wanted: SwitchPosition,
  { texts }: SetHaltSwitchDeps,
): SwitchPolicyVersion {
  const found = versions.find(({ document }) => positionOf(document, texts) === wanted);
  if (found === undefined) {
    throw new NotAuthoredError(
      `The halt switch has no version that is "${wanted}": run "budgeteer switch author" with rights to write policies.`,
    );
  }
  return found;
}

/** While there is time, once a month; when it is needed, critically: the list of principals stops everyone all the same. */
async function tellUnauthored(
  versions: readonly SwitchPolicyVersion[],
  wanted: SwitchPosition,
  { texts, settings, subjects, clock }: SetHaltSwitchDeps,
): Promise<void> {
  const authored = versions.some(({ document }) => positionOf(document, texts) === 'deny');
  if (authored || settings.haltSwitch !== 'on') return;
  const needed = wanted === 'deny';
  await subjects.raise({
    ...alertOf(clock(), settings.timeZone, needed ? 'switch-needed' : 'switch-not-ready'),
    severity: needed ? 'critical' : 'warning',
    detail:
      'The halt switch has no version that denies, or an old one: run "budgeteer switch author". ' +
      'Until then a halt goes through the list of principals alone.',
  });
}

async function readBack(id: string, { switchPolicy, sleep }: SetHaltSwitchDeps): Promise<void> {
  for (let reading = 1; ; reading++) {
    if ((await switchPolicy.versions()).find(({ isDefault }) => isDefault)?.id === id) return;
    if (reading >= readBacks) {
      throw new NotReadBackError(
        `IAM does not show version ${id} of the halt switch in force yet: try again.`,
      );
    }
    await sleep(readBackPauseMs);
  }
}

/** The holds must still be the ones that it was put to: a conflict begins anew. */
async function recordMove(
  state: SubjectState,
  position: SwitchPosition,
  moved: boolean,
  { subjects, clock, settings }: SetHaltSwitchDeps,
): Promise<void> {
  const before = state.haltSwitch?.position ?? 'dormant';
  const drifted = moved && before === position;
  if (!moved && before === position) return;
  const now = clock();
  const at = now.toISOString();
  const detail = drifted
    ? `Somebody had put the halt switch to another version (CloudTrail: SetDefaultPolicyVersion); it is "${position}" again.`
    : `The halt switch is "${position}", read back.`;
  const next = changed(
    state,
    { haltSwitch: { position, at } },
    {
      ...{ at, action: drifted ? 'switch-drift' : `switch-${position}`, actor: 'switch', reason: detail },
      ...{ before, after: position },
    },
  );
  const alert = { ...alertOf(now, settings.timeZone, `drift#switch#${at}`), detail };
  await subjects.commit({
    ...{ subject: accountSubject, expectedVersion: state.version, state: next },
    alerts: drifted ? [alert] : [],
  });
}

function alertOf(now: Date, timeZone: string, id: string): Alert {
  return notice('drift', {
    ...{ subject: accountSubject, window: windowIdAt('month', now, timeZone), id, now },
    ...{ severity: 'critical', enforcing: true, spent: 0n, limit: 0n },
  });
}
