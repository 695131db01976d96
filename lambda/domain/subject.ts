/**
 * Whom a budget is about, read once from its id. Nothing else splits or matches the text of an id: `user/alice`,
 * `role/App`, `role/App/session`, `federated/bob`, `root`, `unknown`, `team/ml`, `account`, and with `123456789012:` before
 * it a principal of another account.
 */
export interface Subject {
  readonly id: string;
  /** By the id alone: a role whose sessions pay looks like one that pays itself. `scopeIn` tells them apart. */
  readonly scope: 'principal' | 'team' | 'account';
  readonly type: SubjectType;
  /** Of a user, role, federated user or team; of a session its role's. */
  readonly name?: string;
  readonly session?: string;
  /** Of a session: the id of its role, `role/App`. */
  readonly role?: string;
  /** Twelve digits: a principal of another account than the stage's. */
  readonly account?: string;
}

export type SubjectType = 'user' | 'role' | 'session' | 'federated' | 'root' | 'unknown' | 'team' | 'account';

export const accountSubject = 'account';

const shape = /^(?:(\d{12}):)?(root|(user|role|federated)\/([^/]+)(?:\/([^/]+))?)$/;

/** Never throws: a text that names nobody is of type `unknown`, and a principal. */
export function subjectOf(id: string): Subject {
  if (id === accountSubject) return { id, scope: 'account', type: 'account' };
  // A team's name may hold a slash; no principal's does.
  if (/^team\/./s.test(id)) return { id, scope: 'team', type: 'team', name: id.slice('team/'.length) };
  const scope = 'principal';
  const [, account, rest, type, name, session] = shape.exec(id) ?? [];
  const of = account === undefined ? {} : { account };
  if (name === undefined || (session !== undefined && type !== 'role')) {
    return { id, scope, type: rest === 'root' ? 'root' : 'unknown', ...of };
  }
  if (session === undefined) return { id, scope, type: type as 'user' | 'role' | 'federated', name, ...of };
  return { id, scope, type: 'session', name, session, role: id.slice(0, -session.length - 1), ...of };
}

/** Whether a text names somebody: a principal of a known form, a team or the account. */
export const isSubject = (id: string): boolean => subjectOf(id).type !== 'unknown' || id === 'unknown';

/** Whether one is the other, or a session of it: what holds a role holds each of its sessions. */
export const covers = (subject: string, other: string): boolean =>
  subject === other || subjectOf(other).role === subject;
