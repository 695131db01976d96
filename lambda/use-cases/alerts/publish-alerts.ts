import type { Alert } from '../../domain/control/alert.ts';
import { byWeight, foldAlerts, type Topic, topicOf } from '../../domain/notify/digest.ts';
import { subjectOf } from '../../domain/subject.ts';
import { keyOf, type PublishDeps, publishAlert, publishDigest, tellPerson } from './publish-alert.ts';

/** One alert of a batch, by its place in the stream. */
export interface StreamedAlert {
  readonly id: string;
  readonly alert: Alert;
}

export interface PublishedAlerts {
  readonly sent: number;
  readonly folded: number;
  readonly people: number;
  /** Given up after a repeat of which nobody knows how it ended: `user/alice month:2026-11#80%`. */
  readonly uncertain: readonly string[];
  /** What has to come again, by its place in the stream, with the reason. */
  readonly failed: readonly { readonly id: string; readonly subject: string; readonly error: unknown }[];
}

/** So many at once: enough to be done in time, too few to throttle the table. */
const atOnce = 10;
const minuteLength = 'yyyy-mm-ddThh:mm'.length;

/**
 * Tells a batch of alerts: people of their own budget first, then the admins. A topic gets so many messages a minute as
 * the stage allows, the most severe and most expensive alerts one by one; the rest of the batch becomes one digest. Which alerts a
 * digest has told stands in their items before it is sent, so a batch that comes again repeats none of them.
 */
export async function publishAlerts(
  streamed: readonly StreamedAlert[],
  deps: PublishDeps,
): Promise<PublishedAlerts> {
  const tally = new Tally();
  const batch = await withTags(streamed, deps);
  await inPortions(batch, async (each) => {
    await tally.try(each, async () => tally.person(await tellPerson(each.alert, deps)));
  });
  for (const topic of ['critical', 'alerts'] as const) {
    const own = batch.filter(({ alert }) => alert.audience === undefined && topicOf(alert) === topic);
    if (own.length > 0) await publishTopic(topic, own, tally, deps);
  }
  return tally;
}

/** With the teams and contacts that tags name: the code that raises an alert need not know them. */
async function withTags(
  batch: readonly StreamedAlert[],
  { registry }: PublishDeps,
): Promise<readonly StreamedAlert[]> {
  const subjects = batch.map(({ alert }) => alert.subject);
  const principals = [...new Set(subjects)].filter((subject) => subjectOf(subject).scope === 'principal');
  const known = principals.length === 0 ? new Map() : await registry.find(principals);
  return batch.map(({ id, alert }) => {
    const { team, contact } = known.get(alert.subject) ?? {};
    return { id, alert: { ...alert, team: alert.team ?? team, contact } };
  });
}

async function publishTopic(
  topic: Topic,
  batch: readonly StreamedAlert[],
  tally: Tally,
  deps: PublishDeps,
): Promise<void> {
  const { perMinute } = deps.settings.alertDelivery;
  const minute = deps.clock().toISOString().slice(0, minuteLength);
  const before = await deps.deliveries.takeMessages(topic, minute, batch.length);
  const allowed = Math.max(0, perMinute - before);
  const ranked = [...batch].sort((a, b) => byWeight(a.alert, b.alert));
  // A digest of one would be a message, too.
  const single = ranked.length - allowed <= 1 ? ranked : ranked.slice(0, allowed);
  const many = ranked.slice(single.length);
  await inPortions(single, async (each) => {
    await tally.try(each, async () => {
      const delivered = await publishAlert(each.alert, deps);
      if (delivered.kind === 'folded') await resume(topic, delivered.digest, deps);
      else if (delivered.kind === 'uncertain') tally.doubt(each);
      else if (delivered.kind === 'sent') tally.sent += 1;
    });
  });
  if (many.length > 0) await fold(topic, many, tally, deps);
}

/** Digest, marks, message: in this order, so that a crash anywhere leaves no alert that nobody tells. */
async function fold(
  topic: Topic,
  many: readonly StreamedAlert[],
  tally: Tally,
  deps: PublishDeps,
): Promise<void> {
  const { deliveries, clock, attempt } = deps;
  const at = clock().toISOString();
  const digest = foldAlerts(
    many.map(({ alert }) => alert),
    topic,
    // Another attempt folds others, so its digest is another one.
    `${at}#${attempt}`,
    at,
  );
  const before = new Set<string>();
  let marked = 0;
  // Without it no message would contain an alert that is recorded as folded.
  if (!(await tally.tryAll(many, () => deliveries.keepDigest(digest)))) return;
  await inPortions(many, async (each) => {
    await tally.try(each, async () => {
      const folded = await deliveries.fold(keyOf(each.alert), digest.id);
      if (folded.kind !== 'folded') return;
      if (folded.digest === digest.id) marked += 1;
      else before.add(folded.digest);
    });
  });
  tally.folded += marked;
  await tally.tryAll(many, async () => {
    for (const id of before) await resume(topic, id, deps);
    if (marked > 0) await publishDigest(digest, deps);
  });
}

/** Tells a digest of an earlier attempt, unless that came so far. */
async function resume(topic: Topic, id: string, deps: PublishDeps): Promise<void> {
  const digest = await deps.deliveries.findDigest(topic, id);
  if (digest !== undefined) await publishDigest(digest, deps);
}

class Tally implements PublishedAlerts {
  sent = 0;
  folded = 0;
  people = 0;
  uncertain: string[] = [];
  failed: PublishedAlerts['failed'][number][] = [];

  person({ kind }: { readonly kind: string }): void {
    if (kind === 'sent') this.people += 1;
  }

  doubt({ alert }: StreamedAlert): void {
    this.uncertain.push(`${alert.subject} ${alert.window}#${alert.id}`);
  }

  /** One alert's failure is no reason not to tell the next. */
  async try({ id, alert }: StreamedAlert, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.failed.push({ id, subject: alert.subject, error });
    }
  }

  /** What fails for all of them brings them all again. */
  async tryAll(batch: readonly StreamedAlert[], work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      for (const { id, alert } of batch) this.failed.push({ id, subject: alert.subject, error });
      return false;
    }
  }
}

async function inPortions<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  for (let start = 0; start < items.length; start += atOnce) {
    await Promise.all(items.slice(start, start + atOnce).map(work));
  }
}
