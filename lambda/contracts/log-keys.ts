import { subjectOf } from '../domain/subject.ts';

/**
 * The keys under which every line of our JSON logs names the same things, so that one search finds all that was said
 * about someone, whichever function said it. What else a line tells has keys of its own.
 */
export interface LogKeys {
  /** Whoever pays, as the ledger has it: `user/alice`. */
  readonly principal?: string | undefined;
  /** Whose budget it is about: a principal, `team/ml` or `account`. */
  readonly budget?: string | undefined;
  /** `month:2026-11` */
  readonly window?: string | undefined;
  /** The invocation, spelled as in Lambda's own lines. */
  readonly requestId?: string | undefined;
  /** Name of the workflow's execution. */
  readonly execution?: string | undefined;
}

/** The keys of a line about one subject. A team and the account are no principals, but have budgets. */
export function aboutSubject(subject: string, more: Pick<LogKeys, 'window' | 'execution'> = {}): LogKeys {
  return {
    ...(subjectOf(subject).scope === 'principal' && { principal: subject }),
    budget: subject,
    ...more,
  };
}
