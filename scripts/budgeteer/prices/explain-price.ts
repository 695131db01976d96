import { assertNever } from '../../../lambda/domain/assert-never.ts';
import type { Invocation } from '../../../lambda/domain/metering/invocation.ts';
import { formatUsd } from '../../../lambda/domain/money.ts';
import { callKind } from '../../../lambda/domain/pricing/call-kind.ts';
import {
  allowanceCost,
  ceilingRates,
  highestRates,
  type UnknownPrice,
  unknownPrice,
} from '../../../lambda/domain/pricing/ceiling.ts';
import type { ChargeOptions } from '../../../lambda/domain/pricing/charge.ts';
import { type FoundRow, findRow } from '../../../lambda/domain/pricing/find-row.ts';
import { modelIdText, parseModelId } from '../../../lambda/domain/pricing/model-id.ts';
import { multiplierOf, type Negotiated } from '../../../lambda/domain/pricing/negotiated.ts';
import { withOverrides } from '../../../lambda/domain/pricing/overrides.ts';
import { type CallLimits, limitsOf } from '../../../lambda/domain/pricing/possible-call.ts';
import type { PriceBook } from '../../../lambda/domain/pricing/price-book.ts';
import type { PricedModel, PriceScope } from '../../../lambda/domain/pricing/price-row.ts';
import { type Profiles, resolveModel } from '../../../lambda/domain/pricing/resolve-model.ts';
import { tierFactors } from '../../../lambda/domain/pricing/tier-factors.ts';
import { type UnitPrice, unitPrices } from '../../../lambda/domain/pricing/unit-prices.ts';
import { type ExplainedRate, mostSecondsGiven, perUnit, ratesOf, tokenRates } from './explained-rates.ts';

export type Explanation = {
  readonly modelId: string;
  readonly region: string;
  /** UTC. */
  readonly day: string;
  readonly book: string;
  /** How the id was read, in one sentence. */
  readonly readAs: string;
} & (
  | {
      readonly kind: 'priced';
      readonly model: string;
      readonly aliases: readonly string[];
      readonly scope: PriceScope | 'any';
      readonly regions: readonly string[];
      /** First day of this price; null: it holds for all earlier times. */
      readonly from: string | null;
      /** Whose price it is: AWS's list, the list times a multiplier, or an exact rate of the settings. */
      readonly provenance: 'list' | 'negotiated multiplier' | 'negotiated rate';
      /** What the list price is multiplied by; null where it is not. */
      readonly multiplier: string | null;
      /** Tier that a negotiated rate is said to be of. */
      readonly tier: string | null;
      /** First day of the next price that the book knows. */
      readonly until: string | null;
      /** Day through which it was announced at least; null where nobody announced an end. */
      readonly toldUntil: string | null;
      /** Nobody but the source told the model's prices. */
      readonly oneSource: boolean;
      /** The most tokens that one call holds. */
      readonly limits: CallLimits;
      readonly source: string;
      readonly asOf: string;
      /** What had to be assumed. */
      readonly assumptions: readonly string[];
      readonly rates: readonly ExplainedRate[];
      /** Input and cache tokens above which the whole call has the other rate. */
      readonly longContextAbove: number | null;
      /** Seconds of video or sound that a call is taken for, since no record tells them; null where none are given. */
      readonly mostSecondsGiven: number | null;
      /** Tiers that are sold, as factors: charged where a record tells in which it was served. */
      readonly tiers: readonly {
        readonly tier: string;
        readonly factor: string;
        readonly source: string;
        readonly asOf: string;
      }[];
    }
  | { readonly kind: 'free'; readonly why: string }
  | {
      /** No model: what is billed beside one. */
      readonly kind: 'units';
      readonly rates: readonly ExplainedRate[];
      readonly source: string;
      readonly asOf: string;
    }
  | {
      readonly kind: 'ceiling';
      readonly why: string;
      /** Whose most expensive rates stand in. */
      readonly basis: string;
      readonly rates: readonly ExplainedRate[];
      /** What a call costs whose usage is unknown, too. */
      readonly unknownCallUsd: string;
      /** What of it counts at once, where nothing bounds the price; absent where all does. */
      readonly atOnceUsd?: string;
    }
);

export interface PriceQuestion {
  readonly modelId: string;
  readonly region: string;
  readonly day: string;
  readonly profiles: Profiles;
  /** @default AWS's list prices */
  readonly prices?: ChargeOptions['prices'];
}

/** What the meter would charge for a model, and why: by the same functions that charge. */
export function explainPrice(
  { modelId, region, day, profiles, prices }: PriceQuestion,
  list: PriceBook,
): Explanation {
  const book = withOverrides(list, prices?.overrides);
  const unit = unitPrices.find(({ id }) => id === modelId);
  if (unit !== undefined) return { modelId, region, day, book: book.version, ...unitsOf(unit) };
  const resolved = resolveModel(callOf(modelId, region, day), profiles, book);
  const about = { modelId, region, day, book: book.version, readAs: readAs(modelId, profiles, book) };
  switch (resolved.kind) {
    case 'capacity':
      return { ...about, kind: 'free', why: 'it is capacity billed by the hour, whatever is asked of it' };
    case 'unknown': {
      const { provider } = resolved;
      const called = { name: provider === undefined ? undefined : resolved.name, provider };
      const kind = callKind(called.name, undefined);
      const own = book.models.some(
        (model) =>
          model.provider === provider &&
          (kind === undefined ? !['image', 'video'].includes(model.kind) : model.kind === kind),
      );
      const whose = own
        ? `the most expensive rates of ${provider}`
        : 'the most expensive rates of the whole price book';
      const basis = kind === undefined ? whose : `${whose} for models of the kind ${kind}`;
      return {
        ...about,
        ...ceiling(
          ceilingRates(book, provider, kind),
          resolved.reason,
          basis,
          unknownPrice(book, called, undefined),
        ),
      };
    }
    case 'priced': {
      const { model, scope } = resolved;
      const found = findRow(model, scope, region, day);
      if (found === undefined) {
        const why = 'the price book has no price for that day';
        return {
          ...about,
          ...ceiling(highestRates(model.rows), why, 'the most expensive rates of the model'),
        };
      }
      const multiplier = found.negotiated ? undefined : multiplierOf(model, prices?.multipliers ?? {});
      const assumptions = [...resolved.flags, ...found.flags];
      return { ...about, ...priced(model, found, assumptions, day, multiplier) };
    }
    default:
      return assertNever(resolved);
  }
}

function priced(
  model: PricedModel,
  { row, negotiated }: FoundRow,
  assumptions: readonly string[],
  day: string,
  multiplier: Negotiated | undefined,
) {
  const agreed = negotiated ? model.negotiated?.find((each) => each.row === row) : undefined;
  const rivals = negotiated ? (model.negotiated ?? []).map((each) => each.row) : model.rows;
  const later = rivals
    .filter(({ scope, from }) => scope === row.scope && from !== undefined && from > day)
    .flatMap(({ from }) => from ?? [])
    .concat(agreed?.until === undefined ? [] : dayAfter(agreed.until))
    .sort();
  const rates = ratesOf(model, row, multiplier);
  return {
    kind: 'priced',
    model: model.id,
    aliases: model.aliases,
    scope: agreed?.anyScope ? 'any' : row.scope,
    regions: row.regions,
    from: row.from ?? null,
    until: later.concat(row.until === undefined ? [] : dayAfter(row.until)).sort()[0] ?? null,
    toldUntil: row.toldUntil ?? null,
    oneSource: model.oneSource === true,
    limits: limitsOf(model),
    source: row.sourceText,
    asOf: row.asOf,
    assumptions,
    provenance: negotiated ? 'negotiated rate' : multiplier ? 'negotiated multiplier' : 'list',
    multiplier: multiplier?.text ?? null,
    tier: agreed?.tier ?? null,
    rates,
    longContextAbove: row.longContext?.above ?? null,
    mostSecondsGiven: mostSecondsGiven(model, row),
    tiers: tierFactors(model.id),
  } as const;
}

function ceiling(rates: ReturnType<typeof ceilingRates>, why: string, basis: string, unknown?: UnknownPrice) {
  return {
    kind: 'ceiling',
    why,
    basis,
    rates: [...tokenRates(rates.tokens, undefined), perUnit('image', rates.image, 'image')],
    unknownCallUsd: formatUsd(unknown?.cost ?? allowanceCost(rates)),
    ...(unknown && { atOnceUsd: formatUsd(unknown.floor) }),
  } as const;
}

function unitsOf({ unitClass, rates, source, asOf }: UnitPrice) {
  const per = unitClass === 'request' || unitClass === 'toolRequest' ? 'request' : 'unit';
  return {
    kind: 'units',
    readAs: `It is no model, but a ${per} that is billed beside one, wherever the call is made.`,
    rates: Object.entries(rates).map(([variant, rate]) => perUnit(variant, rate, per)),
    source,
    asOf,
  } as const;
}

const dayAfter = (day: string): string =>
  new Date(Date.parse(day) + 24 * 3_600_000).toISOString().slice(0, 'yyyy-mm-dd'.length);

const untold = {
  router: 'The ARN names a prompt router: each response tells which model it chose.',
  custom: 'The ARN names a customized model, and no configured profile tells what it was made from.',
  opaque: 'The name does not tell its model, and no configured profile does.',
} as const;
const told = {
  router: 'The ARN names a prompt router; the configured profiles say that',
  custom: 'The ARN names a customized model; the configured profiles say that',
  opaque: 'The configured profiles say that',
} as const;

function readAs(modelId: string, profiles: Profiles, book: PriceBook): string {
  const read = parseModelId(modelId, (label) => book.providers.has(label));
  switch (read.kind) {
    case 'capacity':
      return 'The ARN names provisioned or imported capacity.';
    case 'router':
    case 'custom':
    case 'opaque': {
      const behind = Object.hasOwn(profiles, modelId) ? profiles[modelId] : undefined;
      return behind === undefined ? untold[read.kind] : `${told[read.kind]} ${behind} is behind it.`;
    }
    case 'model': {
      const route = read.scope === 'global' ? 'through a global profile' : regionalRoute(modelId, read.id);
      const variant =
        read.variant === undefined ? '' : `; "${read.variant}" is a variant without a price of its own`;
      const alias = book.find(read.id);
      const known = alias === undefined || alias.id === read.id ? '' : `, another spelling of ${alias.id}`;
      return `The model is ${read.id}${known}, called ${route}${variant}.`;
    }
    default:
      return assertNever(read);
  }
}

/** AWS prices both alike: a call in its own Region, and one that may run anywhere in the geography. */
function regionalRoute(modelId: string, id: string): string {
  const name = modelIdText(modelId).split('/').at(-1) ?? '';
  const prefix = name.slice(0, name.indexOf(`.${id}`));
  return prefix === '' || !name.includes(`.${id}`)
    ? 'in its own region'
    : `through the geographic profile ${prefix}`;
}

/** A call as far as pricing needs one. */
function callOf(modelId: string, region: string, day: string): Invocation {
  return {
    requestId: '',
    timestamp: `${day}T00:00:00Z`,
    account: '',
    region,
    operation: 'Converse',
    modelId,
    identityArn: undefined,
    usage: undefined,
    guardrailBlockedInput: false,
    bodyModel: undefined,
    flags: [],
  };
}
