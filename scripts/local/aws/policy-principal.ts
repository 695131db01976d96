import { PolicyError } from './policy-conditions.ts';

/** `"*"`, or lists of ARNs, account ids and service names by kind. */
export type PrincipalElement = '*' | Readonly<Record<string, string | readonly string[]>>;

/** `account` means that only the account as a whole is named. */
export type PrincipalMatch = 'named' | 'account' | 'none';

interface Caller {
  readonly principalArn?: string;
  readonly principalService?: string;
}

/** @throws PolicyError for a kind of principal that is not imitated. */
export function matchesPrincipal(element: PrincipalElement, caller: Caller): PrincipalMatch {
  if (typeof element === 'string') {
    if (element === '*') return 'named';
    throw new PolicyError(`The principal "${element}" is not understood: write "*" or an object.`);
  }
  let best: PrincipalMatch = 'none';
  for (const [kind, value] of Object.entries(element)) {
    for (const principal of [value].flat()) {
      const match = matchOne(kind, principal, caller);
      if (match === 'named') return match;
      if (match === 'account') best = match;
    }
  }
  return best;
}

function matchOne(kind: string, principal: string, caller: Caller): PrincipalMatch {
  switch (kind) {
    case 'Service':
      return principal === caller.principalService ? 'named' : 'none';
    case 'AWS':
      return matchAws(principal, caller.principalArn);
    default:
      throw new PolicyError(
        `The local IAM does not know principals of the kind "${kind}": use AWS or Service.`,
      );
  }
}

function matchAws(principal: string, callerArn: string | undefined): PrincipalMatch {
  if (principal === '*') return 'named';
  if (callerArn === undefined) return 'none';
  if (principal === callerArn) return 'named';
  const account = /^(?:arn:[^:]+:iam::)?(\d{12})(?::root)?$/.exec(principal)?.[1];
  if (account) return callerArn.split(':')[4] === account ? 'account' : 'none';
  return isSessionOf(callerArn, principal) ? 'named' : 'none';
}

/** A session's ARN carries the role's name without its path. */
function isSessionOf(sessionArn: string, roleArn: string): boolean {
  const session = /^arn:[^:]+:sts::(\d{12}):assumed-role\/([^/]+)\//.exec(sessionArn);
  const role = /^arn:[^:]+:iam::(\d{12}):role\/(?:.+\/)?([^/]+)$/.exec(roleArn);
  return session !== null && role !== null && session[1] === role[1] && session[2] === role[2];
}
