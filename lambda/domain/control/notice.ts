import type { Alert, Notice } from './alert.ts';

/** What only the caller knows of a notice: whom it is about, the figures (nano-USD), and what to say. */
export type NoticeFacts = Omit<Alert, 'kind' | 'notice' | 'publish' | 'together' | 'at'> & {
  readonly now: Date;
  /** Ids that the message reports. @default none beside its own text */
  readonly together?: Alert['together'] | undefined;
};

/** One notice: the only place where an alert that is no crossed threshold is made. It always carries its own message. */
export function notice(name: Notice, { now, together = [], ...facts }: NoticeFacts): Alert {
  return { ...facts, kind: 'notice', notice: name, publish: true, together, at: now.toISOString() };
}
