import { accountSubject } from '../../../lambda/domain/subject.ts';

/** Whom a ledger item was charged to. */
export interface Payers {
  readonly principal: string;
  readonly role?: string | undefined;
  readonly team?: string | undefined;
}

/** Whether an item counts against a subject's budget: its own, its role's, its team's or the account's. */
export const concerns = (subject: string, { principal, role, team }: Payers): boolean =>
  subject === accountSubject || [principal, role, team].includes(subject);
