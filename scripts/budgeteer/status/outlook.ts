import { windowStatusesOf } from '../../../lambda/domain/control/situation.ts';
import { formatUsd, formatUsdShort, parseUsd } from '../../../lambda/domain/money.ts';
import { burnRate } from '../../../lambda/domain/pace/pace.ts';
import { runOutAtPace } from '../../../lambda/domain/pace/run-out.ts';
import { foretellWindow } from '../../../lambda/use-cases/deciding/foresee-window.ts';
import type { Open, SituationDeps } from '../../../lambda/use-cases/deciding/read-situation.ts';

/** How a subject's spending goes on, as far as that can be told. */
export interface Outlook {
  /** Of the longest window, from its days; undefined while there are too few, or nothing is left. */
  readonly forecast:
    | {
        readonly window: string;
        readonly limitUsd: string;
        readonly projectedUsd: string;
        /** Four of five windows end between the two. */
        readonly lowUsd: string;
        readonly highUsd: string;
        /** Undefined where the limit will not be reached in this window. */
        readonly runsOutAt: string | undefined;
      }
    | undefined;
  /** At the rate of the last minutes; undefined for whoever spends nothing now, and for pools. */
  readonly pace:
    | {
        readonly usdPerMinute: string;
        /** The window that is used up first at that rate; undefined where all of them last. */
        readonly window: string | undefined;
        readonly runsOutAt: string | undefined;
      }
    | undefined;
}

export async function outlookOf(open: Open, deps: SituationDeps): Promise<Outlook> {
  const found = await foretellWindow(open, deps);
  return { forecast: found && forecastOf(found), pace: paceOf(open) };
}

type Foretold = NonNullable<Awaited<ReturnType<typeof foretellWindow>>>;

function forecastOf({ window, limit, forecast }: Foretold): Outlook['forecast'] {
  const { projected, low, high, runsOut } = forecast;
  return {
    window,
    limitUsd: formatUsd(limit),
    projectedUsd: formatUsd(projected),
    lowUsd: formatUsd(low),
    highUsd: formatUsd(high),
    runsOutAt: runsOut.at?.toISOString(),
  };
}

function paceOf({ situation }: Open): Outlook['pace'] {
  const { pace, now, windowEnds } = situation;
  const rate = pace === undefined ? 0n : burnRate(pace.pace, now).spend;
  if (rate === 0n) return undefined;
  const first = windowStatusesOf(situation)
    .filter(({ pattern }) => pattern === undefined)
    .map((status) => ({
      window: status.window,
      at: runOutAtPace({ ...status, endsAt: windowEnds[status.kind] }, pace?.pace, now),
    }))
    .sort((a, b) => (a.at?.getTime() ?? Infinity) - (b.at?.getTime() ?? Infinity))[0];
  return {
    usdPerMinute: formatUsd(rate),
    window: first?.at && first.window,
    runsOutAt: first?.at?.toISOString(),
  };
}

const when = (iso: string) => `${iso.slice(0, 16).replace('T', ' ')} UTC`;
const usd = (text: string) => formatUsdShort(parseUsd(text));

/** Sentences that answer: how long will it last? */
export function outlookText({ forecast, pace }: Outlook): string[] {
  return [
    ...(pace === undefined
      ? []
      : [
          pace.runsOutAt === undefined
            ? `Spends ${usd(pace.usdPerMinute)} a minute now; at that pace every window lasts to its end.`
            : `Spends ${usd(pace.usdPerMinute)} a minute now; at that pace ${pace.window} is used up at ${when(pace.runsOutAt)}.`,
        ]),
    ...(forecast === undefined
      ? []
      : [
          [
            forecast.runsOutAt === undefined
              ? `As the last days went, ${forecast.window} is not used up before it ends`
              : `As the last days went, ${forecast.window} is used up at ${when(forecast.runsOutAt)}`,
            `(by its end ${usd(forecast.projectedUsd)} of ${usd(forecast.limitUsd)},`,
            `four of five times between ${usd(forecast.lowUsd)} and ${usd(forecast.highUsd)}).`,
          ].join(' '),
        ]),
  ];
}
