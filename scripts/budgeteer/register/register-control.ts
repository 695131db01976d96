import type { Command } from 'commander';
import { overrideActions } from '../../../lambda/domain/control/override-request.ts';
import type { CommonOptions } from '../deployment/answer-command.ts';
import type { DeclaredStages } from '../deployment/choose-deployment.ts';
import { answer, common, stagesOf } from './register-common.ts';

/** Orders, halts, and who may agree to them. */
export function registerOverrides(program: Command): void {
  common(program.command('override').argument('<action>', overrideActions.join(', ')))
    .argument('[subject]', 'as for budget get; without it the account')
    .description('Orders something by the override machine, in your name, and says what became of it.')
    .option('--amount <usd>', 'for extend and set-limit, for example 25.00')
    .option('--window <kind>', 'for extend and set-limit: day, week or month (default)')
    .option('--expires <when>', 'a time in ISO 8601, 12h, 2d, 1w, end-of-day, end-of-week or end-of-month')
    .option('--direct', 'start the machine past the front door: you are recorded as claimed')
    .option('--force', 'also about somebody who does not exist yet')
    .requiredOption('--reason <text>', 'why, for the audit trail')
    .action((action: string, subject: string | undefined, options: OverrideFlags) =>
      answer(options, async (deployment) =>
        (await import('../override/order-override.ts')).orderOverride(action, subject, options, deployment),
      ),
    );
  for (const verb of ['approve', 'reject'] as const) {
    common(program.command(verb).argument('<execution>', 'of the override machine, as `approvals` lists it'))
      .description(`Answers another person's order that waits: ${verb}s it.`)
      .requiredOption('--reason <text>', 'why, for the audit trail')
      .action((execution: string, options: OverrideFlags) =>
        answer(options, async (deployment) =>
          (await import('../override/answer-order.ts')).answerOrder(verb, execution, options, deployment),
        ),
      );
  }
  common(program.command('approvals'))
    .description('Orders that wait for a second person.')
    .action((options: CommonOptions) =>
      answer(options, async (deployment) =>
        (await import('../override/list-waiting.ts')).listWaiting(deployment),
      ),
    );
  common(program.command('halt'))
    .description('Stops everyone in the account, the top spenders first, until someone resumes.')
    .option('--dry-run', 'a rehearsal: who would be stopped in which order, how fast, and who could not be')
    .option('--expires <when>', 'as for override')
    .option('--direct', 'as for override')
    .option('--reason <text>', 'why, for the audit trail; not needed with --dry-run')
    .action((options: Partial<OverrideFlags> & { dryRun?: boolean }) =>
      answer(options, async (deployment) => {
        if (options.dryRun === true)
          return (await import('../halt/rehearse-halt.ts')).rehearseHalt(deployment);
        const { orderOverride } = await import('../override/order-override.ts');
        return orderOverride('halt', undefined, { ...options, reason: options.reason ?? '' }, deployment);
      }),
    );
  common(program.command('resume'))
    .description('Ends a halt: gives everyone back what it took, and nothing that another cause took.')
    .option('--expires <when>', 'holds the halt off until then; without it until the used-up window ends')
    .option('--direct', 'as for override')
    .requiredOption('--reason <text>', 'why, for the audit trail')
    .action((options: OverrideFlags) =>
      answer(options, async (deployment) =>
        (await import('../override/order-override.ts')).orderOverride(
          'resume',
          undefined,
          options,
          deployment,
        ),
      ),
    );
}

type OverrideFlags = CommonOptions & {
  reason: string;
  amount?: string;
  window?: string;
  expires?: string;
  direct?: boolean;
  force?: boolean;
};

/** The halt switch: its two versions, and where it stands. */
export function registerSwitch(program: Command): void {
  const halt = program.command('switch').description('The halt switch of a stage that has one.');
  common(halt.command('status'))
    .description('Where it stands, who carries it, and whether it could be set. Exit status 1 if not.')
    .action((options: CommonOptions) =>
      answer(options, async (deployment) =>
        (await import('../switch/switch-commands.ts')).switchStatus(deployment),
      ),
    );
  common(halt.command('author'))
    .description('Writes the version that denies, with your own rights; it is put in force by a halt alone.')
    .action((options: CommonOptions) =>
      answer(options, async (deployment) =>
        (await import('../switch/switch-commands.ts')).authorSwitch(deployment),
      ),
    );
}

/** What reaches beyond the account. */
export function registerOrganization(program: Command, declared?: () => Promise<DeclaredStages>): void {
  const organization = program
    .command('organization')
    .description('What only the organisation can deny: people of Identity Center.');
  common(organization.command('people'))
    .description(
      "Whom the stage's service control policy should deny, from the table, with the policy's text. Exit status 1 where the stage's list differs. Needs the checkout.",
    )
    .option('--users <file>', 'what `aws identitystore list-users --output json` printed: ids of the names')
    .option('--out <file>', 'write the whole policy there, ready for `aws organizations update-policy`')
    .option('--keep', "leave whoever is in the stage's list in it")
    .action(async (options: CommonOptions & { users?: string; out?: string; keep?: boolean }) => {
      const stages = await stagesOf(declared, 'organization people');
      await answer(
        options,
        async (deployment) =>
          (await import('../organization/list-people.ts')).listPeople(
            { users: options.users, out: options.out, keep: options.keep === true },
            deployment,
          ),
        stages,
      );
    });
}
