import { identify } from '../../../lambda/domain/principal.ts';
import type { Settings } from '../../../lambda/domain/settings.ts';
import { isSubject } from '../../../lambda/domain/subject.ts';
import { InputError } from '../../command-line/input-error.ts';

/** A subject as people name it: a principal id, an ARN, a team, or `account`. @throws InputError */
export function readSubject(text: string, settings: Pick<Settings, 'sharedRoles'>): string {
  const subject = text.startsWith('arn:') ? identify(text, settings).id : text;
  if (text.startsWith('arn:') && subject === 'unknown') {
    throw new InputError(`"${text}" is the ARN of no principal: give that of a user, a role or a session.`);
  }
  if (!isSubject(subject)) {
    throw new InputError(
      `"${text}" names nobody: write user/NAME, role/NAME, role/NAME/SESSION, team/NAME, account or an ARN.`,
    );
  }
  return subject;
}
