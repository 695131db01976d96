import { BedrockClient } from '@aws-sdk/client-bedrock';
import { BedrockProfiles } from '../../../lambda/adapters/bedrock/profiles.ts';
import { DynamoDbLedger } from '../../../lambda/adapters/dynamodb/ledger.ts';
import { ceilingEntries } from '../../../lambda/adapters/dynamodb/ledger-scan.ts';
import { formatUsd } from '../../../lambda/domain/money.ts';
import { priceBook } from '../../../lambda/domain/pricing/price-book.ts';
import { type RepricedLedger, repriceLedger } from '../../../lambda/use-cases/prices/reprice-ledger.ts';
import type { CommandAnswer } from '../../command-line/answer.ts';
import { always, checkPace, type PeriodOptions, readPeriod } from '../../command-line/period.ts';
import { table } from '../../command-line/text-table.ts';
import type { Deployment } from '../deployment/deployment.ts';

/** The period is that of the calls. @default all that the ledger has */
export interface RepricePricesOptions extends PeriodOptions {
  readonly model?: string | undefined;
  readonly dryRun: boolean;
  /** Capacity units a second that reading and writing may each use up. */
  readonly unitsPerSecond: number;
}

export interface RepricedPrices {
  readonly dryRun: boolean;
  /** Version of the price book. */
  readonly book: string;
  readonly principals: readonly {
    readonly principal: string;
    readonly entries: number;
    readonly ceilingUsd: string;
    readonly priceUsd: string;
    readonly changeUsd: string;
  }[];
  readonly stillUnknown: RepricedLedger['unknown'];
}

/**
 * `prices reprice`: gives calls at a ceiling price the price that this version's book and the stage's profiles know by
 * now. It may be stopped and run again at any time: each call is corrected once. @throws InputError
 */
export async function repricePrices(
  options: RepricePricesOptions,
  deployment: Deployment,
): Promise<CommandAnswer<RepricedPrices>> {
  const { unitsPerSecond, dryRun, model } = options;
  checkPace(unitsPerSecond);
  const { client, tables, settings, clock, sleep, aws } = deployment;
  const problems: string[] = [];
  const bedrock = new BedrockClient({ ...aws, maxAttempts: 5 });
  const repriced = await repriceLedger(
    {
      ledger: new DynamoDbLedger(client, tables, settings, sleep),
      ceilings: ceilingEntries(
        client,
        { table: tables.ledger, ...readPeriod(options, always), unitsPerSecond },
        sleep,
      ),
      settings,
      profiles: new BedrockProfiles(clock, (problem) => problems.push(problem), bedrock),
      ...{ unitsPerSecond, sleep },
    },
    { model, dryRun },
  );
  const json: RepricedPrices = {
    dryRun,
    book: priceBook.version,
    principals: repriced.principals.map(({ principal, entries, ceiling, price }) => ({
      principal,
      entries,
      ceilingUsd: formatUsd(ceiling),
      priceUsd: formatUsd(price),
      changeUsd: formatUsd(price - ceiling),
    })),
    stillUnknown: repriced.unknown,
  };
  return { text: `${[textOf(json), ...problems].join('\n')}\n`, json, exitCode: 0 };
}

function textOf({ dryRun, book, principals, stillUnknown }: RepricedPrices): string {
  const calls = principals.reduce((sum, { entries }) => sum + entries, 0);
  const verb = dryRun ? 'would get' : 'got';
  return [
    calls === 0
      ? `No call at a ceiling price has a price in the book of ${book}.`
      : `${calls} calls ${verb} their price from the book of ${book}:`,
    ...(calls === 0
      ? []
      : [
          table(
            ['who', 'calls', 'ceiling, USD', 'price, USD', 'change, USD'],
            principals.map(({ principal, entries, ceilingUsd, priceUsd, changeUsd }) => [
              ...[principal, entries, ceilingUsd, priceUsd, changeUsd],
            ]),
            [1, 2, 3, 4],
          ),
        ]),
    ...stillUnknown.map(
      ({ model, reason, entries }) => `${entries} calls of ${model} stay at a ceiling: ${reason}.`,
    ),
  ].join('\n');
}
