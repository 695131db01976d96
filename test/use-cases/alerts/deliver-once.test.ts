import { deliverOnce } from '../../../lambda/use-cases/alerts/deliver-once.ts';
import type { AlertDeliveries, Claim } from '../../../lambda/use-cases/ports/messages.ts';

const place = { key: { subject: 'user/ann', sortKey: 'month:2026-11#80%' }, channel: 'ops', attempt: 'a-1' };

function delivery(claim: Claim | Error) {
  const done: string[] = [];
  const deliveries = {
    claim: async () => {
      done.push('claim');
      if (claim instanceof Error) throw claim;
      return claim;
    },
    confirm: async () => void done.push('confirm'),
    release: async () => {
      done.push('release');
      throw new Error('The release failed too.');
    },
  } as unknown as AlertDeliveries;
  const deliver = (send: () => Promise<void> = async () => void done.push('send')) =>
    deliverOnce(place, send, { deliveries, clock: () => new Date('2026-11-22T12:00:00Z') });
  return { done, deliver };
}

it('claims, sends and confirms', async () => {
  const { done, deliver } = delivery({ kind: 'open', tries: 1 });

  expect([await deliver(), done]).toEqual([{ kind: 'sent' }, ['claim', 'send', 'confirm']]);
});

it('sends nothing that was sent or folded into a digest', async () => {
  for (const claim of [{ kind: 'done' }, { kind: 'folded', digest: 'd-1' }] as const) {
    const { done, deliver } = delivery(claim);
    expect([await deliver(), done]).toEqual([claim, ['claim']]);
  }
});

it('gives up after two tries of which nobody knows the result', async () => {
  const { done, deliver } = delivery({ kind: 'open', tries: 3 });

  expect([await deliver(), done]).toEqual([{ kind: 'uncertain' }, ['claim', 'confirm']]);
});

it('takes a failed try back and throws what went wrong, not what the taking back threw', async () => {
  const { done, deliver } = delivery({ kind: 'open', tries: 1 });

  await expect(deliver(() => Promise.reject(new Error('The topic is throttled.')))).rejects.toThrow(
    'throttled',
  );
  expect(done).toEqual(['claim', 'release']);
});

it('takes back a claim whose answer was lost, so that it is no try', async () => {
  const { done, deliver } = delivery(new Error('The answer was lost.'));

  await expect(deliver()).rejects.toThrow('The answer was lost.');
  expect(done).toEqual(['claim', 'release']);
});
