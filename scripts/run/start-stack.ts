import { LocalStack } from '../local/stack.ts';
import type { Plan } from './plan.ts';
import type { RunningStack } from './running-stack.ts';

export interface StartOptions {
  /** Seed of a bad day; none means that AWS is at its best. */
  readonly badDays?: number | undefined;
  readonly onProgress?: (text: string) => void;
}

/** Brings the whole system up for a plan. @throws JavaMissingError with the command that installs one */
export function startStack(
  { settings, now, account, region, principals }: Omit<Plan, 'steps'>,
  { badDays, onProgress }: StartOptions = {},
): Promise<RunningStack> {
  return LocalStack.start({
    settings,
    now,
    account,
    region,
    principals,
    chaos: badDays === undefined ? false : { seed: badDays },
    ...(onProgress && { onProgress }),
  });
}
