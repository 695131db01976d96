import type { ServiceTier } from '../../../../lambda/domain/pricing/price-list/list-rate.ts';
import type { TokenClass } from '../../../../lambda/domain/pricing/price-row.ts';

/** What one price of a map is a price of. */
export type MapField =
  | {
      readonly per: 'token';
      /** The book's classes that it may mean, the first that a row has. */
      readonly classes: readonly TokenClass[];
      readonly tier: ServiceTier;
      /** Tokens of a long context above which it holds; undefined for the usual price. */
      readonly above: number | undefined;
    }
  | {
      readonly per: 'image' | 'second' | 'query';
      /** The book's variants that it may mean, the first that a row has. */
      readonly variants: readonly string[];
    };

const tokens: Readonly<Record<string, readonly TokenClass[]>> = {
  input_cost_per_token: ['input'],
  output_cost_per_token: ['output'],
  // Bedrock bills reasoning as output.
  output_cost_per_reasoning_token: ['output'],
  cache_read_input_token_cost: ['cacheRead'],
  // A map has one price of a write that is not of the 1-hour class; some makers keep it 5 minutes, others 30.
  cache_creation_input_token_cost: ['cacheWrite5m', 'cacheWrite30m'],
  cache_creation_input_token_cost_above_1hr: ['cacheWrite1h'],
};

const tiers: Readonly<Record<string, ServiceTier>> = { batches: 'batch', flex: 'flex', priority: 'priority' };

const pieces: Readonly<Record<string, MapField>> = {
  // Of pictures that are embedded, size does not matter.
  input_cost_per_image: { per: 'image', variants: ['any'] },
  output_cost_per_image: { per: 'image', variants: ['any', '512-standard', '1024-standard'] },
  output_cost_per_image_premium_image: { per: 'image', variants: ['512-premium', '1024-premium'] },
  output_cost_per_image_above_512_and_512_pixels: { per: 'image', variants: ['1024-standard'] },
  output_cost_per_image_above_512_and_512_pixels_and_premium_image: {
    per: 'image',
    variants: ['1024-premium'],
  },
  output_cost_per_image_above_1024_and_1024_pixels: { per: 'image', variants: ['2048-standard'] },
  output_cost_per_image_above_1024_and_1024_pixels_and_premium_image: {
    per: 'image',
    variants: ['2048-premium'],
  },
  // Of what is watched or heard; a price of what is made is by its resolution.
  input_cost_per_video_per_second: { per: 'second', variants: ['video'] },
  input_cost_per_audio_per_second: { per: 'second', variants: ['audio'] },
  output_cost_per_second: { per: 'second', variants: ['720p', '1080p', '540p'] },
  output_cost_per_video_per_second: { per: 'second', variants: ['720p', '1080p', '540p'] },
  input_cost_per_query: { per: 'query', variants: [] },
};

const shape = /^(.+?)(?:_above_(\d+)k_tokens)?(?:_(batches|flex|priority))?$/;

/** What a field of a price map is a price of; undefined for one that no rule reads. */
export function mapField(name: string): MapField | undefined {
  if (Object.hasOwn(pieces, name)) return pieces[name];
  const [, base = '', thousands, tier] = shape.exec(name) ?? [];
  const classes = Object.hasOwn(tokens, base) ? tokens[base] : undefined;
  return (
    classes && {
      per: 'token',
      classes,
      tier: (tier === undefined ? undefined : tiers[tier]) ?? 'standard',
      above: thousands === undefined ? undefined : Number(thousands) * 1_000,
    }
  );
}

/** Whether a field is a price at all: those that no rule reads are told, and limits and capabilities are not. */
export const isPrice = (name: string): boolean => /(^|_)cost(_|$)/.test(name);
