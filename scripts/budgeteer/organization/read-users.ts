import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { InputError } from '../../command-line/input-error.ts';

/** What `aws identitystore list-users` prints; of the rest nothing is needed. */
const usersSchema = z.object({
  Users: z.array(z.object({ UserId: z.string().min(1), UserName: z.string().min(1) })),
});

/** Ids by user name in lower case, as Identity Center compares them. @throws InputError */
export function readUsers(file: string): ReadonlyMap<string, string> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new InputError(`${file} cannot be read.`);
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new InputError(`${file} is no JSON: write into it what "aws identitystore list-users" prints.`);
  }
  const users = usersSchema.safeParse(parsed);
  if (!users.success) {
    throw new InputError(
      `${file} has no list "Users" with UserId and UserName: write into it what "aws identitystore list-users --output json" prints.`,
    );
  }
  return new Map(users.data.Users.map(({ UserId, UserName }) => [UserName.toLowerCase(), UserId]));
}
