import tab from '@bomb.sh/tab/commander';
import { Command, CommanderError } from 'commander';
import { version } from '../lib/shared/version.ts';
import type { DeclaredStages } from './budgeteer/deployment/choose-deployment.ts';
import type { InsightOptions } from './budgeteer/insight/insight.ts';
import { addPricesCommand } from './budgeteer/prices/prices-command.ts';
import { registerOperatorCommands } from './budgeteer/register/register.ts';
import { replayCommand } from './budgeteer/replay/replay-command.ts';
import { InputError } from './command-line/input-error.ts';
import { addSimulateCommand } from './simulate/simulate-command.ts';

const examples = `
Examples:
  budgeteer replay logs/2026-11/*.json.gz                        what these logs would have cost, offline
  budgeteer what-if logs/ --budgets now.yaml --budgets new.yaml  who would have been stopped by other budgets
  budgeteer status --stage production --region eu-central-1      who is held, and why
  budgeteer status user/alice                                    what one principal has left
  budgeteer override extend user/alice --amount 25 --expires end-of-month --reason "a release"
  budgeteer cost --by team,model                                 who spent what on what
  budgeteer doctor                                               what of the deployment is in order

Commands that ask a deployment need its Region (--region or AWS_REGION) and credentials as the AWS SDK finds them
(AWS_PROFILE). The stage is "production" unless --stage or BUDGETEER_STAGE names another.

Completion: source <(budgeteer complete bash)    in ~/.bashrc
            source <(budgeteer complete zsh)     in ~/.zshrc
            budgeteer complete fish > ~/.config/fish/completions/budgeteer.fish`;

/**
 * The whole command, from the words on the command line to the exit status: 0 done, 1 a check found something, 2 wrong
 * usage, or AWS could not be asked. What is wrong is one sentence on standard error, with --json in an object.
 * @param declared loads the stages of a checkout; the command as installed has none
 */
export async function runBudgeteer(declared?: () => Promise<DeclaredStages>): Promise<void> {
  const program = budgeteerProgram(declared);
  try {
    await program.parseAsync();
  } catch (error) {
    if (error instanceof InputError) {
      console.error(
        process.argv.includes('--json') ? JSON.stringify({ error: error.message }) : error.message,
      );
      process.exitCode = 2;
    } else if (error instanceof CommanderError) {
      // Commander has printed what is wrong, or the help that was asked for.
      process.exitCode = error.exitCode === 0 ? 0 : 2;
    } else {
      // SwitchOutcome, it would print the line that threw as well, and a line of the bundle has many thousand characters.
      console.error(error);
      process.exitCode = 2;
    }
  }
}

function budgeteerProgram(declared?: () => Promise<DeclaredStages>): Command {
  const program = new Command('budgeteer')
    .description('Asks and operates Bedrock Budgeteer: budgets, spending, overrides, prices, audit.')
    .version(version, '-V, --version', 'print the version of this command')
    .addHelpText('after', examples)
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, '')) });

  program
    .command('replay')
    .description(
      'What these invocation logs would have cost, and who would have been alerted, restricted and suspended, when. Offline: nothing is read from AWS or written to it.',
    )
    .argument(
      '<files...>',
      'log files (.json, .jsonl, gzipped or not), or directories in the layout of the log bucket',
    )
    .option('--config <file>', 'budgets, as in the config of a scenario file')
    .option('--html <file>', 'write a report for people, too: one HTML file that needs no network')
    .option('--json', 'print the result as one JSON object')
    .action(replayCommand);
  program
    .command('what-if')
    .description(
      'The same logs under each of several budgets, side by side: who would have been suspended, restricted and warned, and what was refused. Offline.',
    )
    .argument('<logs...>', 'as for replay')
    .requiredOption(
      '--budgets <file>',
      'a budget file or a settings file, YAML or JSON; give it once for each',
      (file: string, files: readonly string[] = []) => [...files, file],
    )
    .option('--json', 'print the result as one JSON object')
    .action(async (logs: string[], options: { budgets: string[]; json?: boolean }) => {
      process.stdout.write(await (await import('./budgeteer/replay/what-if.ts')).whatIf(logs, options));
    });
  program
    .command('insight')
    .description(
      'How the days of everybody in these logs go, and what the next seven come to. Offline. With --measure, how far such projections were off.',
    )
    .argument('[logs...]', 'as for replay')
    .option('--config <file>', 'teams and budgets, as for replay')
    .option('--measure <file>', 'histories whose next seven days are known: [{ pattern?, days, next7 }]')
    .option('--json', 'print the result as one JSON object')
    .action(async (logs: string[], options: InsightOptions) => {
      process.stdout.write(await (await import('./budgeteer/insight/insight.ts')).insight(logs, options));
    });

  addPricesCommand(program);
  addSimulateCommand(program);
  registerOperatorCommands(program, declared);
  tab(program);
  return program;
}
