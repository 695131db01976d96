import { at, textIn } from './json.ts';

const tierName = /^[a-z][a-z-]{0,31}$/;

/**
 * The tier that a call was served in, where AWS's answer tells one other than the standard one: `flex`, `priority`,
 * `reserved`, `latency-optimized`, or a name that is new. What was asked for decides nothing: a call that finds its tier
 * full is served, and billed, in another.
 */
export function servedTier(record: unknown, responseBody: unknown): string | undefined {
  if (responseBody === undefined) return notStandard(tierAt(record));
  const events = Array.isArray(responseBody) ? responseBody : [responseBody];
  const places = [record, ...events.flatMap((event) => [event, at(event, 'metadata')])];
  const told = places.flatMap((place) => tierAt(place) ?? []);
  return told.findLast((tier) => tier !== standard) ?? undefined;
}

const standard = 'standard';
const notStandard = (tier: string | undefined) => (tier === standard ? undefined : tier);

function tierAt(place: unknown): string | undefined {
  if (at(place, 'performanceConfig', 'latency') === 'optimized') return 'latency-optimized';
  const serviceTier = at(place, 'serviceTier');
  const named =
    (serviceTier === undefined ? undefined : (textIn(at(serviceTier, 'type')) ?? textIn(serviceTier))) ??
    textIn(at(place, 'service_tier'));
  const tier = named?.toLowerCase();
  if (tier === undefined || !tierName.test(tier)) return undefined;
  // OpenAI's name for it; `auto` is a wish and no tier.
  return tier === 'default' || tier === 'auto' ? standard : tier;
}
