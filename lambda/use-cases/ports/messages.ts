import type { Webhook, WebhookJob } from '../../domain/notify/channels.ts';
import type { Digest, Topic } from '../../domain/notify/digest.ts';
import type { ModelShare } from '../../domain/notify/figures.ts';
import type { ReportKind } from '../../domain/report/report-period.ts';

/** Where an alert or a digest stands in the table of alerts. */
export interface AlertKey {
  readonly subject: string;
  readonly sortKey: string;
}

/** `open` counts tries of which nobody knows how they ended, this one included. */
export type Claim =
  | { readonly kind: 'open'; readonly tries: number }
  | { readonly kind: 'done' }
  | { readonly kind: 'folded'; readonly digest: string };

/** What became of alerts, kept in their items: which channel has which. */
export interface AlertDeliveries {
  /** Records that `attempt` is about to send to this channel, unless it was sent, or (for admins) a digest contains it. */
  claim(key: AlertKey, channel: string, attempt: string): Promise<Claim>;
  /** The channel has it. */
  confirm(key: AlertKey, channel: string, at: Date): Promise<void>;
  /** The channel refused it or did not answer: this attempt does not count. */
  release(key: AlertKey, channel: string, attempt: string): Promise<void>;
  /** Adds an alert to a digest, unless it was sent or folded before: then the answer says which. */
  fold(key: AlertKey, digest: string): Promise<Exclude<Claim, { kind: 'open' }>>;
  /** Puts a digest unless it is there. */
  keepDigest(digest: Digest): Promise<void>;
  findDigest(topic: Topic, id: string): Promise<Digest | undefined>;
  /** Takes so many messages of a topic's minute. @returns how many were taken before */
  takeMessages(topic: Topic, minute: string, count: number): Promise<number>;
}

/** What a principal called lately. */
export interface RecentModels {
  /** Of its latest calls on that UTC day, the most expensive model first; empty where that takes too long. */
  of(principal: string, at: Date, account: string): Promise<readonly ModelShare[]>;
}

/** Takes what has to be posted to webhooks, and loses none of it. */
export interface WebhookQueue {
  send(job: WebhookJob): Promise<void>;
}

/** The receiver refused, was out of reach, or took too long. The message never names the address: it is a secret. */
export class WebhookFailedError extends Error {
  override name = 'WebhookFailedError';
}

export interface WebhookPoster {
  /** @throws WebhookFailedError */
  post(webhook: Webhook, body: string): Promise<void>;
}

export interface Message {
  /** At most 100 characters of ASCII, as SNS demands. */
  readonly subject: string;
  readonly body: string;
  readonly critical: boolean;
  readonly attributes: Readonly<Record<string, string>>;
  /** What other than e-mail gets. @default the body */
  readonly forms?: { readonly sms: string; readonly json: Readonly<Record<string, unknown>> };
}

export interface Publisher {
  publish(message: Message): Promise<void>;
}

/** Which reports went out. */
export interface ReportRuns {
  /** UTC day of the last one, `2026-11-22`. */
  last(kind: ReportKind): Promise<string | undefined>;
  save(kind: ReportKind, day: string): Promise<void>;
}
