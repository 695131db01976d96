import type { DenyLevel } from '../level.ts';
import type { DenyStatement, PolicyText } from './policy-text.ts';

/** A session of a shared role, and the level that it is held at. */
export interface FencedSession {
  readonly session: string;
  readonly level: DenyLevel;
}

export interface Fenced {
  /** AROA…: what `aws:userid` begins with. */
  readonly roleId: string;
  readonly roleArn: string;
  readonly sessions: readonly FencedSession[];
}

/** IAM's limit for all inline policies of a role together, in characters, white space not counted. */
export const inlineRolePolicyLimit = 10_240;

/**
 * How much of the role's id stands before a session's name. The policy is on this role anyway; the end of the id tells it from
 * a later one of the same name, and the rest would cost room for people. No session's name may have a wildcard in it.
 */
const idCharacters = 6;

/**
 * The inline policy that denies single sessions of a shared role, each what its level denies: rendered whole, so that it
 * follows from who is held and from nothing else. Undefined where nobody is.
 *
 * Each statement repeats the names of those it is about, which is what fills the space: so each stands there once,
 * whichever steps have it, and without an id.
 * @param texts what each level denies, as `sessionDenyTexts` says it
 */
export function fencePolicy(
  { roleId, roleArn, sessions }: Fenced,
  texts: Readonly<Record<DenyLevel, PolicyText>>,
): PolicyText | undefined {
  const users = new Map<string, Set<string>>();
  for (const { session, level } of sessions) {
    const { Statement } = texts[level];
    const statements = level === 'suspended' ? tight(Statement, roleArn) : Statement;
    for (const { Sid: _, ...statement } of statements) {
      const key = JSON.stringify(statement);
      users.set(key, (users.get(key) ?? new Set()).add(`*${roleId.slice(-idCharacters)}:${session}`));
    }
  }
  const statements = [...users.keys()].sort().map((key) => limitedTo([...(users.get(key) ?? [])], key));
  return statements.length === 0 ? undefined : { Version: '2012-10-17', Statement: statements };
}

function limitedTo(users: readonly string[], text: string): DenyStatement {
  const { Condition = {}, ...statement } = JSON.parse(text) as DenyStatement;
  const names = [...users].sort();
  return {
    ...statement,
    Condition: { ...Condition, StringLike: { ...Condition['StringLike'], 'aws:userid': names } },
  };
}

/**
 * The halt in two statements. Those on everything become one: their conditions are on keys that their own actions always
 * have and the others never do, so that `IfExists` leaves each what it was. The others keep a suspended administrator
 * from rewriting denies, and here from taking down the fence.
 */
function tight(statements: readonly DenyStatement[], roleArn: string): readonly DenyStatement[] {
  const wide = statements.filter(({ Resource }) => Resource === '*');
  const narrow = statements.filter(({ Resource }) => Resource !== '*');
  const Condition = Object.fromEntries(
    wide.flatMap(({ Condition: own = {} }) =>
      Object.entries(own).map(([operator, keys]) => [`${operator}IfExists`, keys]),
    ),
  );
  const noLifting = ['iam:DeleteRolePolicy', 'iam:PutRolePolicy'];
  return [
    { Effect: 'Deny', Action: wide.flatMap(({ Action = [] }) => Action), Resource: '*', Condition },
    {
      Effect: 'Deny',
      Action: [...narrow.flatMap(({ Action = [] }) => Action), ...noLifting],
      Resource: [...narrow.flatMap(({ Resource = [] }) => Resource), roleArn],
    },
  ];
}
