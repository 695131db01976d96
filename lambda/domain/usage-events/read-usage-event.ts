import { createHash } from 'node:crypto';
import { type Identity, identify } from '../principal.ts';
import type { Settings } from '../settings.ts';
import { type SubjectType, subjectOf } from '../subject.ts';
import { matchesPayer } from './payer-pattern.ts';
import { microsOf } from './quantity.ts';
import type { UsageEnvelope, UsageEvent } from './usage-event.ts';
import type { ParseDetail, UsageEventDetail, UsageSource } from './usage-source.ts';

/** Why an event is refused, in words that quote nothing of it. */
export const refusals = {
  'unlisted-source': 'The settings list no such source (usageSources).',
  malformed: 'The event is not of the documented form.',
  amount: 'The quantity is no number above 0 and at most 1e9 with at most 6 decimals.',
  time: 'The time is no UTC time of the last 35 days.',
  'unlisted-meter': 'The source has no such meter.',
  'forged-source': 'The account that put it may not use this source.',
  'forged-payer': 'The source may not name this payer.',
  'reused-id': 'The id was used before, for something else.',
} as const;
export type UsageEventRefusal = keyof typeof refusals;

export type UsageReading =
  | { readonly kind: 'event'; readonly event: UsageEvent }
  | { readonly kind: 'refused'; readonly reason: UsageEventRefusal };

const minuteMs = 60_000;
const furthestAheadMs = 5 * minuteMs;
const oldestMs = 35 * 24 * 60 * minuteMs;

/** Reads one event strictly: whatever is wrong with it, nobody pays for it. */
export function readUsageEvent(
  { source, account, detail }: UsageEnvelope,
  settings: Pick<Settings, 'usageSources' | 'sharedRoles'>,
  now: Date,
  parseDetail: ParseDetail,
): UsageReading {
  // An own key: the source is the application's text, and may be called "constructor".
  const listed = own(settings.usageSources, source);
  if (listed === undefined) return refused('unlisted-source');
  if (!mayPut(account, listed)) return refused('forged-source');
  const read = parseDetail(detail);
  if ('wrongField' in read) return refused(reasonOf(read.wrongField));
  const { parsed } = read;
  const { id, subject, meter: meterName, labels } = parsed;
  const quantity = microsOf(parsed.quantity);
  if (quantity === undefined) return refused('amount');
  const at = timeOf(parsed.at, now);
  if (at === undefined) return refused('time');
  const meter = own(listed.meters, meterName);
  if (meter === undefined) return refused('unlisted-meter');
  const payer = payerOf(subject, account, settings);
  if (payer === undefined || !listed.payers.some((pattern) => matchesPayer(pattern, subject))) {
    return refused('forged-payer');
  }
  const price = { unitUsd: meter.unitUsd, free: microsOf(meter.freePerMonth) ?? 0n };
  const said = { account, source, id, meter: meterName, quantity, at, labels };
  const digest = digestOf(parsed, at);
  const { trusted, freeTierOf } = listed;
  return { kind: 'event', event: { ...said, payer, digest, price, freeTierOf, trusted } };
}

/** The bus holds roles to their sources; of who put it, an event tells the account alone. */
const mayPut = (account: string, { putters }: UsageSource): boolean =>
  putters === undefined || putters.some((putter) => putter === account || putter.split(':')[4] === account);

const refused = (reason: UsageEventRefusal): UsageReading => ({ kind: 'refused', reason });

function reasonOf(field: PropertyKey | undefined): UsageEventRefusal {
  if (field === 'quantity') return 'amount';
  return field === 'at' ? 'time' : 'malformed';
}

function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

/** With milliseconds, so that one instant is one text; undefined for 30 February and for what is too far from now. */
function timeOf(text: string, now: Date): string | undefined {
  const at = new Date(text);
  if (Number.isNaN(at.getTime()) || at.toISOString().slice(0, 19) !== text.slice(0, 19)) return undefined;
  const age = now.getTime() - at.getTime();
  return age <= oldestMs && age >= -furthestAheadMs ? at.toISOString() : undefined;
}

/** The subject as the meter of Bedrock's log would name it: a session only where sessions pay. */
function payerOf(
  subject: string,
  account: string,
  settings: Pick<Settings, 'sharedRoles'>,
): Identity | undefined {
  const { type, name, session } = subjectOf(subject);
  const arns: Partial<Record<SubjectType, string>> = {
    user: `arn:aws:iam::${account}:user/${name}`,
    role: `arn:aws:iam::${account}:role/${name}`,
    session: `arn:aws:sts::${account}:assumed-role/${name}/${session}`,
    federated: `arn:aws:sts::${account}:federated-user/${name}`,
  };
  const identity = identify(arns[type], settings);
  return identity.id === subject && identity.kind !== 'unknown' ? identity : undefined;
}

function digestOf({ id, subject, meter, quantity, labels }: UsageEventDetail, at: string): string {
  const sorted = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([id, subject, meter, String(quantity), at, sorted]))
    .digest('hex');
}
