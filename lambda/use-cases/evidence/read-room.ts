import { roomOf } from '../../domain/evidence/believed.ts';
import { callBounds } from '../../domain/evidence/call-bounds.ts';
import { addCounted, type Counted } from '../../domain/evidence/counted.ts';
import { counterModel } from '../../domain/evidence/counter-model.ts';
import { partsOf } from '../../domain/evidence/unproven.ts';
import type { NanoUsd } from '../../domain/money.ts';
import { withOverrides } from '../../domain/pricing/overrides.ts';
import { priceBook } from '../../domain/pricing/price-book.ts';
import { resolveProfiles } from '../metering/resolve-profiles.ts';
import { CountersUnreadableError } from '../ports/evidence.ts';
import { accountWindows, type ProveDeps } from './prove.ts';

/** A pool that claims alone have brought to a rung. */
export interface RoomAsked {
  readonly pool: string;
  /** What it had spent when it asked: nano-USD, as a decimal string. */
  readonly spent: string;
}

const minuteMs = 60_000;
const hourMs = 3_600_000;

/**
 * Reads what AWS counted since the last proven hour, keeps what that leaves to claims, and has the pool that asked evaluated again.
 * Counters that do not answer leave no room: the pool asks again.
 */
export async function readRoom({ pool, spent }: RoomAsked, deps: ProveDeps): Promise<NanoUsd> {
  const now = deps.clock();
  const { provenThrough, look } = await deps.evidence.load();
  let room = 0n;
  for (const region of deps.regions) {
    const from = new Date(provenThrough[region] ?? (await oldestOpen(region, now, deps)));
    const to = new Date((Math.floor(now.getTime() / minuteMs) + 1) * minuteMs);
    try {
      room += await roomIn(region, from, to, deps);
    } catch (error) {
      if (!(error instanceof CountersUnreadableError)) throw error;
      deps.unread?.(`${from.toISOString().slice(0, 'yyyy-mm-ddThh'.length)}#${region}`, error);
    }
  }
  await deps.evidence.saveLook({ room, at: now.toISOString(), asked: { ...look?.asked, [pool]: spent } });
  await deps.subjects.requestEvaluation(pool);
  return room;
}

/** Before anything was proven: where the first claim of the Region is. */
async function oldestOpen(region: string, now: Date, { unproven, settings }: ProveDeps): Promise<number> {
  const spans = [...(await unproven.ofAccount(accountWindows(now, settings))).keys()].map(partsOf);
  const starts = spans.filter((span) => span.region === region).map(({ startsAt }) => startsAt.getTime());
  return Math.min(now.getTime() - hourMs, ...starts);
}

async function roomIn(region: string, from: Date, to: Date, deps: ProveDeps): Promise<NanoUsd> {
  const { account, settings } = deps;
  const counts = await deps.counters.sums(region, from, to);
  const calls = [...counts.keys()].map((modelId) => ({ modelId, region, account }));
  const profiles = await resolveProfiles(calls.map(asInvocation), deps);
  const book = withOverrides(priceBook, settings.prices.overrides);
  const models = new Map<string, Counted>();
  for (const call of calls) {
    const model = counterModel(call, profiles, book);
    const [before, sums] = [models.get(model), counts.get(call.modelId)];
    if (sums !== undefined) models.set(model, before === undefined ? sums : addCounted(before, sums));
  }
  return roomOf(models, (model) => callBounds(model, book, settings.prices.multipliers));
}

const asInvocation = (call: { modelId: string; region: string; account: string }) => ({
  ...{ requestId: '', timestamp: '', operation: '', identityArn: undefined, usage: undefined },
  ...{ guardrailBlockedInput: false, bodyModel: undefined, flags: [] },
  ...call,
});
