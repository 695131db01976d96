import { type Command, Option } from 'commander';
import type { CommonOptions } from '../deployment/answer-command.ts';
import { answer, common } from './register-common.ts';

/** A tenth of what the ledger carries at its most, so that metering does not notice. */
const usualUnitsPerSecond = 10;

export function registerSpending(program: Command): void {
  const period = (command: Command, what: string) =>
    common(command.argument('[subject]', 'as for budget get; without it everyone'))
      .option('--from <day>', `first UTC day of ${what}; else the first of this month`)
      .option('--to <day>', 'last UTC day; else the last of this month')
      .option(
        '--units-per-second <count>',
        'read units a second that reading the ledger may use',
        Number,
        usualUnitsPerSecond,
      );
  period(program.command('cost'), 'what was spent')
    .description(
      'What was spent, by whom or for what, from the ledger: a report, or with --csv a file for a chargeback.',
    )
    .option(
      '--by <list>',
      'any of principal, role, team, model, region, day, month and label:KEY',
      'principal',
    )
    .addOption(new Option('--csv', 'print comma-separated values').conflicts('json'))
    .action((subject: string | undefined, options: CommonOptions & SpendingFlags) =>
      answer(options, async (deployment) =>
        (await import('../spending/cost.ts')).costReport(
          subject,
          { ...options, csv: options.csv === true },
          deployment,
        ),
      ),
    );
  period(program.command('recommend'), 'the calls')
    .description(
      'How each person would have spent less: another profile, an everyday model, cached prompts, in dollars.',
    )
    .option(
      '--cached-percent <percent>',
      'part of an uncached prompt that was sent before, for advice on caching',
      Number,
      50,
    )
    .option('--least-usd <usd>', 'what advice has to save to be given', '1.00')
    .action((subject: string | undefined, options: CommonOptions & AdviceFlags) =>
      answer(options, async (deployment) =>
        (await import('../spending/recommend.ts')).recommend(subject, options, deployment),
      ),
    );
}

type SpendingFlags = {
  from?: string;
  to?: string;
  by: string;
  csv?: boolean;
  unitsPerSecond: number;
};

type AdviceFlags = {
  from?: string;
  to?: string;
  cachedPercent: number;
  leastUsd: string;
  unitsPerSecond: number;
};
