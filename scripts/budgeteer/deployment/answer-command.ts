import type { Answer } from '../../command-line/answer.ts';
import { explainError } from '../../command-line/explain-error.ts';
import { checkAccount } from './check-account.ts';
import { chooseDeployment, type TargetOptions } from './choose-deployment.ts';
import type { Deployment } from './deployment.ts';

export type { Answer };

export interface CommonOptions extends TargetOptions {
  readonly json?: boolean | undefined;
}

/** Runs a command on the deployment that its options name, prints what it answers, and sets the exit status. */
export async function answerCommand(
  options: CommonOptions,
  run: (deployment: Deployment) => Promise<Answer<unknown>>,
): Promise<void> {
  try {
    const deployment = chooseDeployment(options);
    await checkAccount(deployment);
    const { text, json, exitCode } = await run(deployment);
    process.stdout.write(options.json ? `${JSON.stringify(json, undefined, 2)}\n` : text);
    process.exitCode = exitCode;
  } catch (error) {
    throw explainError(error);
  }
}
