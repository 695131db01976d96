import { postedEntries } from '../../../lambda/adapters/dynamodb/ledger-scan.ts';
import {
  type Advice,
  type AdviceOf,
  SavingSums,
  saved,
} from '../../../lambda/domain/advice/add-up-savings.ts';
import { type SavingKind, savingsOf } from '../../../lambda/domain/advice/savings.ts';
import { formatUsd, formatUsdShort, parseUsd } from '../../../lambda/domain/money.ts';
import { InputError } from '../../command-line/input-error.ts';
import { checkPace, type PeriodOptions } from '../../command-line/period.ts';
import { textTable } from '../../command-line/text-table.ts';
import type { Answer } from '../deployment/answer-command.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { readSubject } from '../deployment/read-subject-option.ts';
import { concerns } from './concerns.ts';
import { thisMonth } from './ledger-period.ts';

export interface RecommendOptions extends PeriodOptions {
  /** Percent of uncached prompts that is taken to have been sent before. */
  readonly cachedPercent: number;
  /** Advice that saves less is left out, in USD. */
  readonly leastUsd: string;
  readonly unitsPerSecond: number;
}

export interface Recommendations {
  readonly from: string;
  readonly to: string;
  readonly cachedPercent: number;
  readonly principals: readonly {
    readonly principal: string;
    readonly spentUsd: string;
    readonly advice: readonly {
      readonly kind: SavingKind;
      readonly model: string;
      readonly instead: string;
      readonly requests: number;
      readonly spentUsd: string;
      readonly wouldCostUsd: string;
      readonly savesUsd: string;
    }[];
  }[];
}

/**
 * `recommend [SUBJECT]`: how each person would have spent less in a period, priced call by call with the book that
 * metered them. Reads the whole ledger, paced. @throws InputError
 */
export async function recommend(
  text: string | undefined,
  options: RecommendOptions,
  deployment: Deployment,
): Promise<Answer<Recommendations>> {
  const { cachedPercent, unitsPerSecond } = options;
  if (!(cachedPercent > 0 && cachedPercent < 100)) {
    throw new InputError('--cached-percent must be above 0 and below 100.');
  }
  checkPace(unitsPerSecond);
  const { client, tables, settings, sleep } = deployment;
  const subject = text === undefined ? undefined : readSubject(text, settings);
  const period = thisMonth(options, deployment);
  const sums = new SavingSums();
  const search = { table: tables.ledger, ...period, unitsPerSecond };
  for await (const portion of postedEntries(client, search, sleep)) {
    for (const entry of portion) {
      if (subject === undefined || concerns(subject, entry)) {
        sums.add(entry, savingsOf(entry, { ...settings, cachedPercent }));
      }
    }
  }
  const found = sums.worthSaying(parseUsd(options.leastUsd));
  const json = { ...period, cachedPercent, principals: found.map(printable) };
  return { text: textOf(found, json), json, exitCode: 0 };
}

const printable = ({ principal, spent, advice }: AdviceOf): Recommendations['principals'][number] => ({
  principal,
  spentUsd: formatUsd(spent),
  advice: advice.map((each) => ({
    ...{ kind: each.kind, model: each.model, instead: each.instead, requests: each.requests },
    spentUsd: formatUsd(each.spent),
    wouldCostUsd: formatUsd(each.wouldCost),
    savesUsd: formatUsd(saved(each)),
  })),
});

function textOf(found: readonly AdviceOf[], { from, to, cachedPercent }: Recommendations): string {
  if (found.length === 0) return `Nothing worth saying about the calls from ${from} to ${to}.\n`;
  const rows = found.flatMap(({ principal, advice }) =>
    advice.map((each) => [
      principal,
      sentences[each.kind](each),
      String(each.requests),
      formatUsdShort(each.spent),
      formatUsdShort(saved(each)),
    ]),
  );
  const usesCache = found.some(({ advice }) => advice.some(({ kind }) => kind === 'prompt-cache'));
  return [
    `Calls from ${from} to ${to}. Ways for the same calls exclude one another: what they save does not add up.`,
    textTable(['who', 'what', 'calls', 'spent', 'saves'], rows).trimEnd(),
    ...(usesCache
      ? [
          `Caching takes ${cachedPercent} % of each prompt for sent before (--cached-percent): no record tells. What it costs to write the cache is not taken off.`,
        ]
      : []),
    'Another model gives other answers, and counts other tokens for the same text: try it first.',
    '',
  ].join('\n');
}

const sentences = {
  'global-profile': ({ instead }) => `call ${instead}: the same model, answered anywhere in the world`,
  'everyday-model': ({ model, instead }) => `${instead} in place of ${model}`,
  'prompt-cache': ({ model }) => `cache the prompts of ${model}`,
} satisfies Record<SavingKind, (advice: Advice) => string>;
