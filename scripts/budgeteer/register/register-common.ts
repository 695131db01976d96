import type { Command } from 'commander';
import type { Answer } from '../../command-line/answer.ts';
import type { CommonOptions } from '../deployment/answer-command.ts';
import type { Deployment } from '../deployment/deployment.ts';

/** What every one of them takes. */
export function common(command: Command): Command {
  return command
    .option('--stage <name>', 'the stage in lib/stages.ts (default: production, or BUDGETEER_STAGE)')
    .option('--region <region>', 'where it is deployed (default: AWS_REGION)')
    .option(
      '--config <file>',
      'budgets of a stage that lib/stages.ts does not have (default: BUDGETEER_CONFIG)',
    )
    .option('--json', 'print the result as one JSON object');
}

/** Asks what a command is about, on the deployment that its options name. */
export async function answer(
  options: CommonOptions,
  run: (deployment: Deployment) => Promise<Answer<unknown>>,
): Promise<void> {
  const { answerCommand } = await import('../deployment/answer-command.ts');
  await answerCommand(options, run);
}
