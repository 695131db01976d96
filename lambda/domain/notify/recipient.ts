import type { UserChannels } from '../../contracts/alert-channels.ts';

/**
 * Where a person reads mail, told from the principal id: a session that is an address already (Identity Center's are),
 * or else the stage's pattern. Roles as a whole and the root user are nobody's mailbox.
 */
export function recipientOf(principal: string, { emailPattern }: UserChannels): string | undefined {
  const [, name] = /^(?:\d{12}:)?(?:user\/|federated\/|role\/[^/]+\/)([^/]+)$/.exec(principal) ?? [];
  if (name === undefined) return undefined;
  if (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(name)) return name;
  return emailPattern?.replaceAll('{name}', name);
}
