import type { CommandAnswer } from '../../command-line/answer.ts';
import { explainError } from '../../command-line/explain-error.ts';
import { refuseOtherAccount } from './check-account.ts';
import {
  chooseDeployment,
  type DeclaredStages,
  declaredDeployment,
  type TargetOptions,
} from './choose-deployment.ts';
import type { Deployment } from './deployment.ts';

export type { CommandAnswer as Answer };

export interface CommonOptions extends TargetOptions {
  readonly json?: boolean | undefined;
}

/**
 * Runs a command on the deployment that its options name, prints what it answers, and sets the exit status.
 * @param declared of a command that asks what `lib/stages.ts` declares, and not what is deployed
 */
export async function answerCommand(
  options: CommonOptions,
  run: (deployment: Deployment) => Promise<CommandAnswer<unknown>>,
  declared?: DeclaredStages,
): Promise<void> {
  try {
    const deployment =
      declared === undefined
        ? await chooseDeployment(options, process.env, console.error)
        : declaredDeployment(options, process.env, declared);
    await refuseOtherAccount(deployment);
    const { text, json, exitCode } = await run(deployment);
    process.stdout.write(options.json ? `${JSON.stringify(json, undefined, 2)}\n` : text);
    process.exitCode = exitCode;
  } catch (error) {
    throw explainError(error);
  }
}
