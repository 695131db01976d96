import type { Command } from 'commander';
import type { CommandAnswer } from '../../command-line/answer.ts';
import type { CommonOptions } from '../deployment/answer-command.ts';
import type { DeclaredStages } from '../deployment/choose-deployment.ts';
import { registerBudgets } from './register-budgets.ts';
import { answer, common, stagesOf } from './register-common.ts';
import { registerOrganization, registerOverrides, registerSwitch } from './register-control.ts';
import { registerSpending } from './register-spending.ts';

/**
 * The commands that ask or change a deployment. What they do is loaded when they are called: the SDK's clients take time
 * that the offline commands need not spend.
 * @param declared loads the stages of a checkout, for the few commands that ask what is declared and not what is
 * deployed; without a checkout they refuse
 */
export function registerOperatorCommands(program: Command, declared?: () => Promise<DeclaredStages>): void {
  registerBudgets(program);
  registerQuestions(program, declared);
  registerSpending(program);
  registerVerifications(program);
  registerRepairs(program);
  registerPause(program);
  registerOverrides(program);
  registerAlerts(program);
  registerSwitch(program);
  registerOrganization(program, declared);
}

function registerQuestions(program: Command, declared?: () => Promise<DeclaredStages>): void {
  common(program.command('status').argument('[subject]', 'one subject; without it everyone who is held'))
    .description(
      'Who may what: access, causes, spent and left in each window, since when, until when, and why.',
    )
    .option('--all', 'everyone, also who is active')
    .action((subject: string | undefined, options: CommonOptions & { all?: boolean }) =>
      answer(options, async (deployment): Promise<CommandAnswer<unknown>> => {
        const { statusOf, statusOfAll } = await import('../status/status.ts');
        return subject === undefined
          ? statusOfAll({ all: options.all === true }, deployment)
          : statusOf(subject, deployment);
      }),
    );
  common(program.command('history').argument('<subject>', 'as for budget get'))
    .description('Every change of one subject, oldest first: when, what, by whom, why.')
    .action((subject: string, options: CommonOptions) =>
      answer(options, async (deployment) =>
        (await import('../audit/history.ts')).historyOf(subject, deployment),
      ),
    );
  common(program.command('doctor'))
    .description('What of a deployment is in order and what is not, with what to do. Changes nothing.')
    .option('--before', 'look at an account before the first deployment; needs the checkout')
    .action(async (options: CommonOptions & { before?: boolean }) => {
      const before = options.before === true;
      const stages = before ? await stagesOf(declared, 'doctor --before') : undefined;
      await answer(
        options,
        async (deployment) => (await import('../doctor/doctor.ts')).doctor({ before }, deployment),
        stages,
      );
    });
}

function registerVerifications(program: Command): void {
  const audit = program.command('audit').description('Checks and exports the audit trail.');
  common(audit.command('verify').argument('[subject]', 'one subject; without it everyone'))
    .description(
      'Whether every link of every chain holds, none is missing, and all is there that was ever anchored. Exit status 1 on a finding.',
    )
    .action((subject: string | undefined, options: CommonOptions) =>
      answer(options, async (deployment) =>
        (await import('../audit/audit-verify.ts')).verifyAudit(subject, deployment),
      ),
    );
  common(audit.command('export'))
    .description(
      'Anchors and the entries that joined the chains by then, from the locked archive into a file.',
    )
    .option('--from <day>', 'first UTC day; else the first that was anchored')
    .option('--to <day>', 'last UTC day; else the newest')
    .requiredOption('--out <file>', 'a new file, one JSON object a line')
    .action((options: CommonOptions & { from?: string; to?: string; out: string }) =>
      answer(options, async (deployment) =>
        (await import('../audit/audit-export.ts')).exportAudit(options, deployment),
      ),
    );
  const ledger = program.command('ledger').description('Checks the ledger.');
  common(ledger.command('verify'))
    .description('Whether every balance is the sum of its requests. Exit status 1 on a difference.')
    .action((options: CommonOptions) =>
      answer(options, async (deployment) =>
        (await import('../recovery/ledger-verify.ts')).verifyLedger(deployment),
      ),
    );
}

function registerAlerts(program: Command): void {
  const alerts = program.command('alerts').description('Reads and acknowledges alerts.');
  common(alerts.command('list'))
    .description('Alerts that nobody has acknowledged, the newest first.')
    .option('--all', 'acknowledged ones, too')
    .option('--days <count>', 'how far back', Number, 7)
    .action((options: CommonOptions & { all?: boolean; days: number }) =>
      answer(options, async (deployment) =>
        (await import('../alerts/alerts.ts')).listAlerts(
          { all: options.all === true, days: options.days },
          deployment,
        ),
      ),
    );
  common(alerts.command('ack').argument('<alert>', "as list names it: 'user/alice#month:2026-11#80%'"))
    .description('Notes in an alert that someone has seen to it. It changes no budget and lifts nothing.')
    .requiredOption('--reason <text>', 'why it needs no further attention')
    .action((alert: string, options: CommonOptions & { reason: string }) =>
      answer(options, async (deployment) =>
        (await import('../alerts/alerts.ts')).acknowledgeAlert(alert, options, deployment),
      ),
    );
}

function registerPause(program: Command): void {
  for (const [name, description] of [
    ['pause', 'Stops all enforcement at once; metering and alerts go on.'],
    ['unpause', 'Starts enforcement again; what was decided meanwhile follows.'],
  ] as const) {
    common(program.command(name))
      .description(`${description} Writes it itself, so it works while Step Functions is down.`)
      .requiredOption('--reason <text>', 'why, for the audit trail')
      .action((options: CommonOptions & { reason: string }) =>
        answer(options, async (deployment) =>
          (await import('../override/pause.ts')).pauseEnforcement(name === 'pause', options, deployment),
        ),
      );
  }
}

function registerRepairs(program: Command): void {
  common(program.command('test-alert'))
    .description('Sends a message marked as a test through the topic of real alerts.')
    .option('--critical', 'through the critical topic')
    .action((options: CommonOptions & { critical?: boolean }) =>
      answer(options, async (deployment) =>
        (await import('../alerts/test-alert.ts')).sendTestAlert(
          { critical: options.critical === true },
          deployment,
        ),
      ),
    );
  common(program.command('redrive'))
    .description('Gives dead letters back to ingest, and replays quarantined lines that can be read by now.')
    .option('--days <count>', 'how many days of quarantine to look at', Number, 35)
    .option('--dry-run', 'only say what would be replayed')
    .action((options: CommonOptions & { days: number; dryRun?: boolean }) =>
      answer(options, async (deployment) => {
        const { redrive } = await import('../recovery/redrive.ts');
        return redrive({ days: options.days, dryRun: options.dryRun === true }, deployment);
      }),
    );
  common(program.command('backfill'))
    .description('Meters log objects that are there already, so that budgets do not start at zero.')
    .requiredOption('--bucket <name>', 'the log bucket, which ingest may read')
    .option('--prefix <prefix>', 'what stands before AWSLogs/ in its keys')
    .option('--from <day>', 'first UTC day; else the first of this month')
    .option('--to <day>', 'last UTC day; else today')
    .option('--per-second <count>', 'objects told of in a second', Number, 10)
    .option('--any-bucket', 'do not compare the bucket with the one that Bedrock writes to')
    .option('--dry-run', 'only count the objects')
    .action((options: BackfillFlags) =>
      answer(options, async (deployment) =>
        (await import('../recovery/backfill.ts')).backfill(
          { ...options, dryRun: options.dryRun === true, anyBucket: options.anyBucket === true },
          deployment,
        ),
      ),
    );
}

type BackfillFlags = CommonOptions & {
  bucket: string;
  prefix?: string;
  from?: string;
  to?: string;
  perSecond: number;
  dryRun?: boolean;
  anyBucket?: boolean;
};
