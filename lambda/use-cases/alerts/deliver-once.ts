import type { AlertDeliveries, AlertKey } from '../ports/messages.ts';
import type { Clock } from '../ports/time.ts';

/** The result of one attempt at one channel. `uncertain`: two attempts were made, and the result of neither is known. */
export type Delivered =
  | { readonly kind: 'sent' | 'done' | 'uncertain' }
  | { readonly kind: 'folded'; readonly digest: string };

/**
 * The first try and one repeat: beyond that the channel has it, unless both tries died between mark and send. The table
 * still has the alert then, and the log says so.
 */
const mostTries = 2;

/**
 * Tells one channel of one alert or digest. The claim is written before and the mark after, so a crash between the two
 * repeats the message at most once, and a failure that is known is tried again as often as the trigger does.
 * @param attempt tells this attempt from all others: the invocation's id
 * @throws what `send` throws
 */
export async function deliverOnce(
  { key, channel, attempt }: { readonly key: AlertKey; readonly channel: string; readonly attempt: string },
  send: () => Promise<void>,
  { deliveries, clock }: { readonly deliveries: AlertDeliveries; readonly clock: Clock },
): Promise<Delivered> {
  // A claim that stays behind costs a repeat at most; what went wrong is the first error.
  const letGo = () => deliveries.release(key, channel, attempt).catch(() => {});
  const claim = await deliveries.claim(key, channel, attempt).catch(async (error: unknown) => {
    // It may stand all the same: a lost answer must not count as a try.
    await letGo();
    throw error;
  });
  if (claim.kind !== 'open') return claim;
  if (claim.tries > mostTries) {
    await deliveries.confirm(key, channel, clock());
    return { kind: 'uncertain' };
  }
  try {
    await send();
  } catch (error) {
    await letGo();
    throw error;
  }
  await deliveries.confirm(key, channel, clock());
  return { kind: 'sent' };
}
