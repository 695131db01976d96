import { textTable } from '../command-line/text-table.ts';
import type { Simulation, SimulationRow } from './simulate-early-stop.ts';
import { windowSeconds } from './spenders.ts';
import type { AmountRange } from './summarise.ts';

/** The simulation for people. Percentages beside amounts are of the limit. */
export function simulationText({ rows, runs, seed, slowness, settings }: Simulation): string {
  const { delays, maxMarginPercent } = settings.earlyStop;
  const { multiple, floorUsdPerMinute } = settings.velocity;
  const seconds = delays.logSeconds + delays.processingSeconds + delays.iamSeconds;
  return [
    `${runs} runs of each spender, seed ${seed}, windows of ${windowSeconds / 3_600} hours, limits at 50 to 150 % of what would be spent.`,
    `Bound: rate x ${seconds} s + most expensive call x calls at once, at most ${maxMarginPercent} % of the limit.${slowness === 1 ? '' : ` Every record ${slowness} times as late as measured.`}`,
    '',
    'Would have exceeded the limit:',
    textTable(
      [
        'spender',
        'early stop',
        'runs',
        'end above',
        'above by: median',
        'p95',
        'most',
        'left unused: median',
        'p95',
      ],
      rows.map((row) => [
        ...names(row),
        String(row.wouldExceed),
        percent(row.aboveShare),
        ...amounts(row.above, row.aboveShare),
        ...amounts(row.short, row.shortShare).slice(0, 2),
      ]),
    ),
    'Would have stayed below the limit (withheld: what they would still have spent):',
    textTable(
      ['spender', 'early stop', 'runs', 'stopped', 'left: median', 'withheld: median', 'p95', 'most'],
      rows.map((row) => [
        ...names(row),
        String(row.runs - row.wouldExceed),
        percent(row.stoppedForNothingShare),
        ...amounts(row.left, row.stoppedForNothingShare).slice(0, 1),
        ...amounts(row.withheld, row.stoppedForNothingShare),
      ]),
    ),
    `Velocity breaker (${multiple} x the own baseline, at least ${floorUsdPerMinute} USD a minute) opened in:`,
    textTable(
      ['spender', 'runs'],
      rows.filter(({ earlyStop }) => !earlyStop).map((row) => [row.spender, percent(row.trippedShare)]),
    ),
  ].join('\n');
}

const names = ({ spender, earlyStop }: SimulationRow) => [spender, earlyStop ? 'yes' : 'no'];

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

function amounts(spread: AmountRange, share: number): string[] {
  if (share === 0) return ['-', '-', '-'];
  const one = (usd: number, ofLimit: number) => `$${usd.toFixed(2)} (${ofLimit.toFixed(2)} %)`;
  return [
    one(spread.medianUsd, spread.medianPercent),
    one(spread.p95Usd, spread.p95Percent),
    one(spread.maxUsd, spread.maxPercent),
  ];
}
