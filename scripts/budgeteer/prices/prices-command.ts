import type { Command } from 'commander';
import type { CommandAnswer } from '../../command-line/answer.ts';
import { readConfig } from '../../command-line/read-config.ts';
import { answerCommand, type CommonOptions } from '../deployment/answer-command.ts';
import { checkPrices } from './check-prices.ts';
import { comparePrices } from './compare-prices.ts';
import { listPrices } from './list-prices.ts';
import { type RepricePricesOptions, repricePrices } from './reprice-prices.ts';
import { showPrice } from './show-price.ts';

/** A tenth of what the smallest table carries at its most, so that metering does not notice. */
const usualUnitsPerSecond = '20';

const today = () => new Date().toISOString().slice(0, 10);

/** Adds `prices show`, `list`, `check`, `compare` and `reprice`. All but the last ask nobody: they work offline. */
export function addPricesCommand(program: Command): void {
  const prices = program
    .command('prices')
    .description('What calls cost and why, whether the price book is sound, and the correction of ceilings.');

  prices
    .command('show')
    .description(
      'What the meter charges for a model: every rate, its source and date, and how its id was read.',
    )
    .argument('<model>', 'model id, profile id or ARN, as a caller spells it')
    .requiredOption('--region <region>', 'Region that is called')
    .option('--at <date>', 'day of the call (UTC)', today())
    .option('--config <file>', 'profiles and negotiated prices, as in the config of a scenario file')
    .option('--json', 'print the result as one JSON object')
    .action((model: string, options: PriceFlags) => {
      const { profiles, prices } = readConfig(options.config);
      print(showPrice(model, { region: options.region, at: options.at, profiles, prices }), options);
    });

  prices
    .command('list')
    .description('The models of the price book and what a call costs, a line each.')
    .argument('[text]', 'only models with this in their id')
    .requiredOption('--region <region>', 'Region that is called')
    .option('--at <date>', 'day of the calls (UTC)', today())
    .option('--config <file>', 'as for show')
    .option('--json', 'print the result as one JSON object')
    .action((text: string | undefined, { config, json, ...where }: PriceFlags) => {
      const { profiles, prices } = readConfig(config);
      print(listPrices(text, { ...where, profiles, prices }), { json });
    });

  prices
    .command('check')
    .description(
      "Holds the price book against its guards and, where files are given, against AWS's Price List.",
    )
    .option(
      '--price-list <files...>',
      'offer files or answers of pricing:GetProducts, as JSON, gzipped or not',
    )
    .option('--at <date>', 'day (UTC) of the prices that are compared', today())
    .option('--json', 'print the result as one JSON object')
    .action((options: { priceList?: string[]; at: string; json?: boolean }) => {
      const { priceList = [], at } = options;
      print(checkPrices({ priceLists: priceList, day: at }), options);
    });

  prices
    .command('compare')
    .description(
      'Holds the price book against a public price map, with the source of each price of the book.',
    )
    .argument('<file>', 'a map such as LiteLLM’s model_prices_and_context_window.json, gzipped or not')
    .option('--at <date>', 'day (UTC) of the prices that are compared', today())
    .option('--json', 'print the result as one JSON object')
    .action((path: string, options: { at: string; json?: boolean }) => {
      print(comparePrices({ path, day: options.at }), options);
    });

  prices
    .command('reprice')
    .description(
      'Gives calls at a ceiling price the price that is known by now; balances and budgets follow.',
    )
    .option('--from <date>', 'first day of the calls (UTC)')
    .option('--to <date>', 'last day of the calls (UTC)')
    .option('--model <name>', 'only models with this in their name')
    .option('--dry-run', 'only say what would change')
    .option('--units-per-second <count>', 'capacity units that may be used up', usualUnitsPerSecond)
    .option('--stage <name>', 'the stage (default: production, or BUDGETEER_STAGE)')
    .option('--region <region>', 'where it is deployed (default: AWS_REGION)')
    .option('--account <id>', 'refuse credentials of another account (default: BUDGETEER_ACCOUNT)')
    .option('--config <file>', 'settings from a file, in place of asking CloudFormation for those in force')
    .option('--json', 'print the result as one JSON object')
    .action(
      (
        options: CommonOptions &
          Omit<RepricePricesOptions, 'dryRun' | 'unitsPerSecond'> & {
            dryRun?: boolean;
            unitsPerSecond: string;
          },
      ) => {
        const wishes = {
          ...options,
          dryRun: options.dryRun === true,
          unitsPerSecond: Number(options.unitsPerSecond),
        };
        return answerCommand(options, (deployment) => repricePrices(wishes, deployment));
      },
    );
}

type PriceFlags = { region: string; at: string; config?: string; json?: boolean };

function print(
  { text, json, exitCode }: CommandAnswer<unknown>,
  options: { readonly json?: boolean | undefined },
): void {
  process.stdout.write(options.json ? `${JSON.stringify(json, undefined, 2)}\n` : text);
  process.exitCode = exitCode;
}
