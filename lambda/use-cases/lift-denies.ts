import type { DenyCarrier, DenyCarriers, Sleep } from './ports.ts';

/** Time ran out with denies left; doing it again goes on from there. */
export class DeniesLeftError extends Error {
  override name = 'DeniesLeftError';
}

export interface LiftDeniesDeps {
  readonly carriers: DenyCarriers;
  readonly policyArns: readonly string[];
  readonly sleep: Sleep;
  /** Milliseconds until we are cut off. */
  readonly remainingMs: () => number;
}

/** IAM is one control plane for the whole account: more hands would only be throttled. */
const handsAtOnce = 4;
/** The enforcer's timeout: one that was at work when its function was deleted has ended by then. */
const lastEnforcerMs = 60_000;
/** IAM's lists show a change after seconds. */
const lookAgainMs = 5_000;
/** Kept for the answer to CloudFormation. */
const reserveMs = 15_000;

/**
 * Detaches our policies from everyone who carries them, and looks again after the last enforcer must have ended. Safe
 * to repeat, and nothing of anyone's own permissions is touched.
 * @returns how many attachments were lifted.
 * @throws DeniesLeftError where time ran out.
 */
export async function liftDenies(deps: LiftDeniesDeps): Promise<number> {
  const lifted = new Set<string>();
  await liftAll(deps, lifted);
  await deps.sleep(lastEnforcerMs);
  while (await liftAll(deps, lifted)) await deps.sleep(lookAgainMs);
  return lifted.size;
}

/** Answers false where there was nothing to lift. */
async function liftAll(
  { carriers, policyArns, remainingMs }: LiftDeniesDeps,
  lifted: Set<string>,
): Promise<boolean> {
  const left: DenyCarrier[] = [];
  // The whole list first: pages of a list that shrinks meanwhile would skip some.
  for (const policyArn of policyArns) left.push(...(await carriers.of(policyArn)));
  if (left.length === 0) return false;
  while (left.length > 0) {
    if (remainingMs() < reserveMs) {
      throw new DeniesLeftError(
        `${lifted.size} denies were lifted and ${left.length} are left, because the time was up: delete the stack ` +
          'again, it goes on from there.',
      );
    }
    await Promise.all(
      left.splice(0, handsAtOnce).map(async (carrier) => {
        await carriers.release(carrier);
        lifted.add(`${carrier.type}/${carrier.name} ${carrier.policyArn}`);
      }),
    );
  }
  return true;
}
