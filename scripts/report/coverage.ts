import { parseUsd } from '../../lambda/domain/money.ts';
import type { RunResult } from '../run/result.ts';
import type { ReportInput } from './report-input.ts';
import type { Table } from './table.ts';
import { amountText, capped, count, named, plural, share, usdOf } from './words.ts';

export interface CoverageView {
  /** What of the spend is not known to the nano-dollar, and what came in and was not counted. */
  readonly sentences: readonly string[];
  readonly lines: Table;
  /** Lines that could not be read: where they stand, and why. */
  readonly quarantine: Table | undefined;
  readonly unseen: readonly { readonly what: string; readonly why: string }[];
}

/** Present where a run has settled its claims against Bedrock's own objects. */
interface WithEvidence {
  readonly evidence?: {
    readonly provenThrough?: string;
    readonly disproved: number;
    readonly disprovedUsd: string;
  };
}

const mostQuarantined = 20;

/** What no invocation log has: named here because nobody would miss it in a table. */
const unseen: CoverageView['unseen'] = [
  {
    what: 'The bedrock-mantle endpoint',
    why: 'Bedrock does not log its calls. A suspension denies it all the same.',
  },
  { what: 'Batch jobs and asynchronous jobs', why: 'They are billed by job and not logged call by call.' },
  { what: 'Bidirectional streams (Nova Sonic)', why: 'Bedrock does not log them.' },
  { what: 'Provisioned and reserved capacity', why: 'It is billed by the hour, whoever calls it.' },
  { what: 'Other Regions and accounts', why: 'Only the Regions that are named above are in these logs.' },
  { what: 'The last seconds', why: 'A log line arrives about ten seconds after its call began.' },
  {
    what: 'Discounts, credits and taxes',
    why: 'Prices are AWS’s list prices unless the settings negotiate others.',
  },
];

export function coverageOf({ result, usage }: ReportInput): CoverageView {
  const { ingest, spend } = result;
  const ceilings = spend.filter(({ atCeiling }) => atCeiling > 0);
  const { assumed } = ingest;
  const { evidence } = result as WithEvidence;
  const atCeiling = ceilings.reduce((sum, each) => sum + each.atCeiling, 0);
  const cost = ceilings.reduce((sum, { spentUsd }) => sum + parseUsd(spentUsd), 0n);
  const total = spend.reduce((sum, { spentUsd }) => sum + parseUsd(spentUsd), 0n);
  const models = [...new Set(ceilings.map(({ model }) => named(model, 80)))].slice(0, 5).join(', ');
  return {
    sentences: [
      ceilings.length === 0
        ? 'Every posted call has a known price.'
        : `${plural(atCeiling, 'call')} to ${models} ${atCeiling === 1 ? 'is' : 'are'} charged at a ceiling price, because the price is not known: at most ${amountText(cost)}, ${Math.round(share(cost, total) * 100)} % of all spend.`,
      ...(assumed.count > 0
        ? [
            `The price of ${plural(assumed.count, 'call')} rests on an assumption: at worst they cost ${usdOf(assumed.worstCaseUsd)} more.`,
          ]
        : []),
      ...(ingest.guardrails.calls > 0
        ? [
            `Guardrails assessed ${plural(ingest.guardrails.calls, 'call')} for ${usdOf(ingest.guardrails.usd)}, ${ingest.guardrails.counted ? 'in' : 'beside'} what was spent.`,
          ]
        : []),
      ...(evidence !== undefined && evidence.disproved > 0
        ? [
            `${plural(evidence.disproved, 'line')} for ${usdOf(evidence.disprovedUsd)} did not come from Bedrock and ${evidence.disproved === 1 ? 'is' : 'are'} taken back.`,
          ]
        : []),
      ...(usage.regions.length > 0
        ? [`Regions in these logs: ${usage.regions.map((name) => named(name, 40)).join(', ')}.`]
        : []),
    ],
    lines: linesTable(ingest),
    quarantine: quarantineTable(result),
    unseen,
  };
}

function linesTable({ posted, unpriced, duplicates, quarantined, ignored }: RunResult['ingest']): Table {
  const rows: [string, number][] = [
    ['Posted with a price', posted],
    ['Posted at a ceiling price', unpriced],
    ['Copies of posted calls', duplicates],
    ['Failed calls without usage', ignored.failed],
    ['Throttled calls', ignored.throttled],
    ['Notices and control messages', ignored.notice + ignored.control],
    ['Side-car objects', ignored.sidecar],
    ['Quarantined: could not be read', quarantined],
  ];
  const all = rows.reduce((sum, [, n]) => sum + n, 0);
  return {
    caption: `What became of the ${plural(all, 'line')} that came in`,
    columns: [{ name: 'What' }, { name: 'Lines', number: true }],
    rows: rows.filter(([, n]) => n > 0).map(([what, n]) => [what, count(n)]),
    more: undefined,
  };
}

function quarantineTable({ quarantine }: RunResult): Table | undefined {
  if (quarantine.length === 0) return undefined;
  const { shown, more } = capped(quarantine, mostQuarantined);
  return {
    caption: 'Lines that could not be read',
    columns: [{ name: 'Where', code: true }, { name: 'Why' }],
    rows: shown.map(({ source, reason }) => [named(source, 200), named(reason, 300)]),
    more: more.length > 0 ? `${plural(more.length, 'more line')} not shown.` : undefined,
  };
}
