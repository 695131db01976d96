import type { Command } from 'commander';
import type { CommandAnswer } from '../../command-line/answer.ts';
import { InputError } from '../../command-line/input-error.ts';
import type { CommonOptions } from '../deployment/answer-command.ts';
import type { DeclaredStages } from '../deployment/choose-deployment.ts';
import type { Deployment } from '../deployment/deployment.ts';

/** What every one of them takes. */
export function common(command: Command): Command {
  return command
    .option('--stage <name>', 'the stage (default: production, or BUDGETEER_STAGE)')
    .option('--region <region>', 'where it is deployed (default: AWS_REGION)')
    .option('--account <id>', 'refuse credentials of another account (default: BUDGETEER_ACCOUNT)')
    .option('--config <file>', 'settings from a file, in place of asking CloudFormation for those in force')
    .option('--json', 'print the result as one JSON object');
}

/** Asks what a command is about, on the deployment that its options name. */
export async function answer(
  options: CommonOptions,
  run: (deployment: Deployment) => Promise<CommandAnswer<unknown>>,
  declared?: DeclaredStages,
): Promise<void> {
  const { answerCommand } = await import('../deployment/answer-command.ts');
  await answerCommand(options, run, declared);
}

/** The stages that a checkout declares. @throws InputError where the command runs without a checkout */
export async function stagesOf(
  declared: (() => Promise<DeclaredStages>) | undefined,
  command: string,
): Promise<DeclaredStages> {
  if (declared !== undefined) return declared();
  throw new InputError(
    `"${command}" reads lib/stages.ts: run it in a checkout of the deployed version, npm run -s budgeteer -- ${command}.`,
  );
}
