import { type Advice, saved } from '../../lambda/domain/advice/add-up-savings.ts';
import type { SavingKind } from '../../lambda/domain/advice/savings.ts';
import type { ReportInput } from './report-input.ts';
import { cachedPercent } from './usage-facts.ts';
import { amountText, capped, named, percent, plural, share } from './words.ts';

export interface AdviceView {
  readonly items: readonly {
    readonly code: string;
    readonly saves: string;
    readonly percent: string;
    readonly who: string;
    /** The change to make. */
    readonly change: string;
    readonly evidence: string;
    readonly assumption: string;
  }[];
  readonly more: string | undefined;
}

const mostItems = 12;

/** The names that tools of the field give such findings. */
const codes: Readonly<Record<SavingKind, string>> = {
  'global-profile': 'REGIONAL_PROFILE',
  'everyday-model': 'OVERPROVISIONED_MODEL',
  'prompt-cache': 'LOW_CACHE_HIT_RATE',
};

const changes: Readonly<Record<SavingKind, (advice: Advice) => string>> = {
  'global-profile': ({ model, instead }) => `Call ${instead} in place of ${model}.`,
  'everyday-model': ({ model, instead }) =>
    `Use ${instead} in place of ${model} where its answers are good enough.`,
  'prompt-cache': ({ model }) => `Cache the repeated part of the prompts to ${model}.`,
};

const assumptions: Readonly<Record<SavingKind, string>> = {
  'global-profile': 'The prompts may be answered in any Region of the world.',
  'everyday-model':
    'The other model reads and writes as many tokens. It gives other answers: try it on a sample first.',
  'prompt-cache': `${cachedPercent} % of each prompt was sent before; no log tells. Writing to the cache is not taken off.`,
};

/** Ways to spend less, the greatest saving first. Those for the same calls exclude one another. */
export function adviceView({ usage }: ReportInput): AdviceView {
  const all = usage.advice
    .flatMap(({ principal, advice }) => advice.map((each) => ({ principal, each })))
    .sort((a, b) => Number(saved(b.each) - saved(a.each)));
  const { shown, more } = capped(all, mostItems);
  return {
    items: shown.map(({ principal, each }) => ({
      code: codes[each.kind],
      saves: amountText(saved(each)),
      percent: percent(share(saved(each), each.spent)),
      who: named(principal),
      change: named(changes[each.kind](each), 300),
      evidence: `${plural(each.requests, 'call')} cost ${amountText(each.spent)}; they would have cost ${amountText(each.wouldCost)}.`,
      assumption: assumptions[each.kind],
    })),
    more: more.length > 0 ? `${plural(more.length, 'smaller saving')} not shown.` : undefined,
  };
}
