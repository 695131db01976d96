import type { DenyCarriers, Liftable } from '../ports/iam.ts';
import type { Sleep } from '../ports/time.ts';
import type { Liftables } from './what-to-lift.ts';

/** Time ran out with denies left; doing it again goes on from there. */
export class DeniesLeftError extends Error {
  override name = 'DeniesLeftError';
}

export interface LiftDeniesDeps {
  readonly carriers: DenyCarriers;
  readonly policyArns: readonly string[];
  /** What else stops someone, beside the attached policies. @default nothing */
  readonly others?: readonly Liftables[];
  readonly sleep: Sleep;
  /** Milliseconds that are left for this work; the answer has its own. */
  readonly remainingMs: () => number;
}

/** IAM is one control plane for the whole account: more hands would only be throttled. */
const handsAtOnce = 4;
/** So often one is tried, in rounds with pauses between: IAM throttles, and that is no reason to give someone up. */
const triesEach = 3;
/** The enforcer's timeout: one that was at work when its function was deleted has ended by then. */
const lastEnforcerMs = 60_000;
/** IAM's lists show a change after seconds. */
const checkAgainMs = 5_000;
/** One round of detaching, with IAM's usual pace. */
const roundMs = 10_000;

/**
 * Detaches our policies from everyone who carries them, takes back what else stops someone, and checks again after the last enforcer must have ended. Safe
 * to repeat, and nothing of anyone's own permissions is touched.
 * @returns how many were lifted.
 * @throws DeniesLeftError where time ran out.
 */
export async function liftDenies(deps: LiftDeniesDeps): Promise<number> {
  const lifted = new Set<string>();
  const stuck = new Map<string, string>();
  const failed = new Map<string, number>();
  await liftAll(deps, lifted, stuck, failed);
  if (deps.remainingMs() < lastEnforcerMs + roundMs) throw outOfTime(lifted.size, 'some may be');
  await deps.sleep(lastEnforcerMs);
  while (await liftAll(deps, lifted, stuck, failed)) await deps.sleep(checkAgainMs);
  if (stuck.size > 0) {
    const who = [...stuck].map(([carrier, why]) => `${carrier} (${why})`).join(', ');
    throw new DeniesLeftError(
      `${lifted.size} denies were lifted, but not those of ${who}: lift them by hand.`,
    );
  }
  return lifted.size;
}

/** Answers false where there was nothing to lift. */
async function liftAll(
  deps: LiftDeniesDeps,
  lifted: Set<string>,
  stuck: Map<string, string>,
  failed: Map<string, number>,
): Promise<boolean> {
  // The whole list first: pages of a list that shrinks meanwhile would skip some.
  const left: Liftable[] = [];
  let again = false;
  const giveUp = (name: string, error: unknown) => {
    const tried = (failed.get(name) ?? 0) + 1;
    failed.set(name, tried);
    if (tried >= triesEach) stuck.set(name, error instanceof Error ? error.message : String(error));
    else again = true;
  };
  for (const { what, find } of [attached(deps), ...(deps.others ?? [])]) {
    if (stuck.has(what)) continue;
    try {
      left.push(...(await find()).filter(({ name }) => !stuck.has(name)));
    } catch (error) {
      giveUp(what, error);
    }
  }
  if (left.length === 0) return again;
  while (left.length > 0) {
    if (deps.remainingMs() < roundMs) {
      throw outOfTime(lifted.size, `${left.length} are`);
    }
    await Promise.all(
      left.splice(0, handsAtOnce).map(async ({ name, lift }) => {
        // One that cannot be freed must not keep the others denied.
        try {
          await lift();
          lifted.add(name);
        } catch (error) {
          giveUp(name, error);
        }
      }),
    );
  }
  return true;
}

const attached = ({ carriers, policyArns }: LiftDeniesDeps): Liftables => ({
  what: 'the carriers of our policies',
  async find() {
    const found: Liftable[] = [];
    for (const policyArn of policyArns) {
      for (const carrier of await carriers.of(policyArn)) {
        const name = `${carrier.type}/${carrier.name} ${policyArn}`;
        found.push({ name, lift: () => carriers.release(carrier) });
      }
    }
    return found;
  },
});

const outOfTime = (lifted: number, left: string) =>
  new DeniesLeftError(
    `${lifted} denies were lifted and ${left} left, because the time was up: delete the stack again, it goes on from there.`,
  );
