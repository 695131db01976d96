import { subjectOf } from '../subject.ts';
import type { UserChannels } from './channels.ts';

const address = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/**
 * Where a person's own warnings go. A session that is an address already (Identity Center's are) is nobody else's, though
 * its role's tag may name a channel for all of them; then what the tag says, and at last the stage's pattern. Roles as
 * a whole and the root user are nobody's mailbox: for these only a tag tells.
 * @param contact what the principal's tag names
 */
export function recipientOf(
  principal: string,
  { emailPattern }: Pick<UserChannels, 'emailPattern'>,
  contact?: string | undefined,
): string | undefined {
  const { type, name: ownName, session } = subjectOf(principal);
  const name = type === 'user' || type === 'federated' ? ownName : session;
  const isAddress = name !== undefined && address.test(name);
  if (isAddress && session !== undefined) return name;
  if (contact !== undefined) return contact;
  return isAddress ? name : name && emailPattern?.replaceAll('{name}', name);
}
