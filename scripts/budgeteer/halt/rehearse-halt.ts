import { formatUsd, formatUsdShort } from '../../../lambda/domain/money.ts';
import { textTable } from '../../command-line/text-table.ts';
import type { Answer } from '../deployment/answer-command.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { otherModes, otherModesText } from '../status/other-modes.ts';
import { type HaltPlan, planHalt } from './plan-halt.ts';
import { readHaltCandidates } from './read-halt-candidates.ts';

export interface Rehearsal {
  readonly principalsPerSecond: number;
  readonly burningUsdPerMinute: string;
  /** Percent of the burn rate, by seconds since the halt began to act. */
  readonly deniedPercent: Readonly<Record<'10' | '30' | '60', number>>;
  readonly secondsUntil95Percent: number | null;
  readonly seconds: number;
  readonly alreadyDenied: number;
  readonly stops: readonly {
    readonly subject: string;
    readonly usdPerMinute: string;
    readonly atSecond: number;
  }[];
  readonly unstopped: readonly {
    readonly subject: string;
    readonly usdPerMinute: string;
    readonly why: string;
  }[];
}

const shown = 20;

/** `halt --dry-run`: what a halt would do now. Changes nothing. */
export async function rehearseHalt(deployment: Deployment): Promise<Answer<Rehearsal>> {
  const { settings } = deployment;
  const plan = planHalt(await readHaltCandidates(deployment), settings.haltPrincipalsPerSecond);
  const json = rehearsalOf(plan, settings.haltPrincipalsPerSecond);
  const mode = settings.mode === 'shadow' ? shadowText(deployment) : '';
  const switched = settings.haltSwitch === 'on' ? switchText : '';
  return { text: `${mode}${switched}${textOf(json)}`, json, exitCode: 0 };
}

function rehearsalOf(plan: HaltPlan, principalsPerSecond: number): Rehearsal {
  const percent = (seconds: number) => Math.round(plan.deniedAfter(seconds) * 1000) / 10;
  return {
    principalsPerSecond,
    burningUsdPerMinute: formatUsd(plan.burning),
    deniedPercent: { 10: percent(10), 30: percent(30), 60: percent(60) },
    secondsUntil95Percent: plan.secondsUntil(0.95) ?? null,
    seconds: plan.seconds,
    alreadyDenied: plan.alreadyDenied,
    stops: plan.stops.map(({ perMinute, ...stop }) => ({ ...stop, usdPerMinute: formatUsd(perMinute) })),
    unstopped: plan.unstopped.map(({ perMinute, ...rest }) => ({
      ...rest,
      usdPerMinute: formatUsd(perMinute),
    })),
  };
}

function textOf(rehearsal: Rehearsal): string {
  const { stops, unstopped, seconds, alreadyDenied } = rehearsal;
  const head = [
    `A rehearsal: nothing was changed. ${stops.length} principals would be stopped in ${round(seconds)} s, ${rehearsal.principalsPerSecond} a second, the most expensive first; ${alreadyDenied} are denied already.`,
    sharesText(rehearsal),
    'Add the seconds that the order and IAM itself take. Paths and tags that protect someone show only when IAM is asked.',
  ];
  const table = textTable(
    ['second', 'principal', 'a minute'],
    stops
      .slice(0, shown)
      .map(({ atSecond, subject, usdPerMinute }) => [round(atSecond), subject, rate(usdPerMinute)]),
  );
  const more = stops.length > shown ? [`… and ${stops.length - shown} more (--json lists all).`] : [];
  const left =
    unstopped.length === 0
      ? 'Nobody would burn on.\n'
      : `Would burn on:\n${textTable(
          ['principal', 'a minute', 'why'],
          unstopped.map(({ subject, usdPerMinute, why }) => [subject, rate(usdPerMinute), why]),
        )}`;
  return `${head.join('\n')}\n${table}${more.map((line) => `${line}\n`).join('')}${left}`;
}

function sharesText({ burningUsdPerMinute, deniedPercent, secondsUntil95Percent }: Rehearsal): string {
  if (BigInt(burningUsdPerMinute.replace('.', '')) === 0n) return 'Nobody burns anything just now.';
  const until =
    secondsUntil95Percent === null ? '95 % never would be' : `95 % after ${round(secondsUntil95Percent)} s`;
  return `Of ${rate(burningUsdPerMinute)} a minute now, ${deniedPercent[10]} % would be denied after 10 s, ${deniedPercent[30]} % after 30 s, ${deniedPercent[60]} % after 60 s; ${until}.`;
}

const rate = (usd: string) => formatUsdShort(BigInt(usd.replace('.', '')));
const round = (seconds: number) => String(Math.round(seconds * 10) / 10);

const switchText =
  'The halt switch would be set first: whoever carries it is denied by one call ("budgeteer switch status"). The figures are those of the list of principals alone.\n';

const shadowText = ({ settings }: Deployment) =>
  `The stage runs in shadow mode, in which a halt is refused.${otherModesText(settings.mode, otherModes(settings))}\n`;
