import { InputError } from '../../command-line/input-error.ts';
import { whoCalls } from './caller.ts';
import type { Deployment } from './deployment.ts';

/**
 * Keeps a command off another account's deployment of the same name. A stage that names no account takes every caller.
 * @throws InputError
 */
export async function refuseOtherAccount(
  deployment: Pick<Deployment, 'aws' | 'stage' | 'account'>,
): Promise<void> {
  const { stage, account } = deployment;
  if (account === undefined) return;
  const caller = await whoCalls(deployment);
  if (caller.account === account) return;
  throw new InputError(
    `Stage "${stage}" belongs to account ${account}, and these credentials are of ${caller.account}: set AWS_PROFILE to ` +
      "one of the stage's account, or name another stage.",
  );
}
