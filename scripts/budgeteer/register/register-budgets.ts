import type { Command } from 'commander';
import type { CommonOptions } from '../deployment/answer-command.ts';
import { answer, common } from './register-common.ts';

export function registerBudgets(program: Command): void {
  const budget = program.command('budget').description('Reads and sets budgets of a deployment.');
  common(
    budget
      .command('get')
      .argument('<subject>', 'user/NAME, role/NAME[/SESSION], team/NAME, account or an ARN'),
  )
    .description('The budget in force for one subject, and where it comes from.')
    .action((subject: string, options: CommonOptions) =>
      answer(options, async (deployment) =>
        (await import('../budgets/budget.ts')).getBudget(subject, deployment),
      ),
    );
  common(budget.command('set').argument('<subject>', 'as for get'))
    .description(
      'Gives one subject a budget, which from then on outranks the configured one; the change is audited.',
    )
    .option('--month <usd>', 'limit of a calendar month, for example 50.00')
    .option('--week <usd>', 'limit of an ISO week')
    .option('--day <usd>', 'limit of a day')
    .option('--force', 'also for somebody who does not exist yet')
    .option(
      '--thresholds <file>',
      'YAML or JSON list of { "at": "80%", "do": ["notify"] }; else the default ladder',
    )
    .requiredOption('--reason <text>', 'why, for the audit trail')
    .action((subject: string, options: CommonOptions & { reason: string }) =>
      answer(options, async (deployment) =>
        (await import('../budgets/budget.ts')).putBudget(subject, options, deployment),
      ),
    );
  common(budget.command('unset').argument('<subject>', 'as for get'))
    .description('Takes an operator’s budget away, so that the configured one is in force again; audited.')
    .requiredOption('--reason <text>', 'why, for the audit trail')
    .action((subject: string, options: CommonOptions & { reason: string }) =>
      answer(options, async (deployment) =>
        (await import('../budgets/budget.ts')).unsetBudget(subject, options, deployment),
      ),
    );
  common(budget.command('list'))
    .description('Everyone with a budget of its own, the account, and the default of everyone else.')
    .action((options: CommonOptions) =>
      answer(options, async (deployment) => (await import('../budgets/budget.ts')).listBudgets(deployment)),
    );
  budget
    .command('suggest')
    .description('A settings file that fits what these logs show, by team, with its reasons. Offline.')
    .argument('<logs...>', 'as for replay')
    .option('--config <file>', 'settings that name teams, shared roles and prices')
    .option('--json', 'print one JSON object')
    .action(async (logs: string[], options: { config?: string; json?: boolean }) => {
      process.stdout.write(
        await (await import('../budgets/suggest-budgets.ts')).suggestBudgets(logs, options),
      );
    });
  registerBudgetFiles(budget);
}

/** Budgets as code: the table is the store, the file is the review. */
function registerBudgetFiles(budget: Command): void {
  const prune = ['--prune', 'also take operators’ budgets away that the file does not name'] as const;
  common(budget.command('plan').argument('<file>', 'YAML or JSON: subject → budget'))
    .description('What `apply` would change, field by field. Changes nothing.')
    .option(...prune)
    .action((file: string, options: CommonOptions & { prune?: boolean }) =>
      answer(options, async (deployment) =>
        (await import('../budgets/file/plan-budgets.ts')).planBudgets(file, options, deployment),
      ),
    );
  common(budget.command('apply').argument('<file>', 'as for plan'))
    .description('Makes operators’ budgets what the file says, one audited change a subject; safe to repeat.')
    .option(...prune)
    .option('--plan <id>', 'the id that `plan` printed: refused if anything else would change by now')
    .requiredOption('--reason <text>', 'why, for the audit trail')
    .action((file: string, options: CommonOptions & { prune?: boolean; plan?: string; reason: string }) =>
      answer(options, async (deployment) =>
        (await import('../budgets/file/apply-budgets.ts')).applyBudgets(file, options, deployment),
      ),
    );
  common(budget.command('export'))
    .description('All operators’ budgets, as a file that `plan` and `apply` read: YAML, or with --json JSON.')
    .action((options: CommonOptions) =>
      answer(options, async (deployment) =>
        (await import('../budgets/file/export-budgets.ts')).exportBudgets(deployment),
      ),
    );
}
