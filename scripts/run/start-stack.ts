import { LocalStack } from '../local/stack.ts';
import type { Plan } from './plan.ts';
import type { RunningStack } from './running-stack.ts';

export interface StartOptions {
  /** Seed of the bad days; false means that AWS is at its best. @default 1 */
  readonly badDays?: number | false | undefined;
  readonly onProgress?: (text: string) => void;
}

/** Brings the whole system up for a plan. @throws EngineMissingError with what to install */
export function startStack(
  { settings, now, account, region, principals, profiles, jobs, proofs }: Omit<Plan, 'steps'>,
  { badDays, onProgress }: StartOptions = {},
): Promise<RunningStack> {
  return LocalStack.start({
    settings,
    now,
    account,
    region,
    principals,
    ...(profiles && { profiles }),
    ...(jobs && { jobs }),
    ...(proofs !== undefined && { proofs }),
    chaos: badDays === false ? false : { seed: badDays ?? 1 },
    ...(onProgress && { onProgress }),
  });
}
