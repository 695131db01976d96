import fc from 'fast-check';
import {
  type AccessRequest,
  evaluatePolicies,
  evaluateResourcePolicy,
  type PolicyStatement,
} from '../../../scripts/local/aws/policy.ts';
import { matchesArn, matchesWildcard } from '../../../scripts/local/aws/policy-match.ts';

const table = 'arn:aws:dynamodb:us-east-1:111122223333:table/budgets';
const request = (changes: Partial<AccessRequest> = {}): AccessRequest => ({
  action: 'dynamodb:PutItem',
  resource: table,
  context: { 'aws:username': 'alice' },
  ...changes,
});
const policy = (statements: PolicyStatement | PolicyStatement[], source = 'policy P') => ({
  source,
  document: { Version: '2012-10-17', Statement: statements },
});
const allow = (changes: Partial<PolicyStatement> = {}): PolicyStatement => {
  const { Action = '*', Resource = '*', ...rest } = changes;
  const action = 'NotAction' in rest ? {} : { Action };
  const resource = 'NotResource' in rest ? {} : { Resource };
  return { Effect: 'Allow', ...action, ...resource, ...rest };
};
const decide = (statements: PolicyStatement | PolicyStatement[], changes: Partial<AccessRequest> = {}) =>
  evaluatePolicies([policy(statements)], request(changes)).decision;

describe('wildcards', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', ':', '/', 'A', '.'), maxLength: 12 });
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', ':', '*', '?', 'A', '.'), maxLength: 10 });
  /** The same meaning, said by a regular expression. */
  const reference = (glob: string, flags: string) => {
    const escaped = glob.replaceAll('.', '\\.').replaceAll('*', '[^]*').replaceAll('?', '[^]');
    return new RegExp(`^${escaped}$`, flags);
  };

  test('match as the reference does, with and without case', () => {
    fc.assert(
      fc.property(pattern, text, (glob, value) => {
        expect(matchesWildcard(glob, value)).toBe(reference(glob, '').test(value));
        expect(matchesWildcard(glob, value, { ignoreCase: true })).toBe(reference(glob, 'i').test(value));
      }),
      { numRuns: 2000 },
    );
  });

  test('a text whose characters were replaced by wildcards still matches', () => {
    const parts = fc.array(fc.tuple(text, fc.constantFrom('*', '=')), { maxLength: 5 });
    fc.assert(
      fc.property(parts, (pieces) => {
        const glob = pieces.map(([piece, mark]) => (mark === '*' ? '*' : piece)).join('');
        expect(matchesWildcard(glob, pieces.map(([piece]) => piece).join(''))).toBe(true);
      }),
    );
  });

  test('many stars do not make it slow', () => {
    const started = performance.now();
    expect(matchesWildcard('*a'.repeat(50), `${'a'.repeat(5000)}b`)).toBe(false);
    expect(performance.now() - started).toBeLessThan(1000);
  });

  test('in an ARN operator a star stays within its part, but the last part is free', () => {
    expect(matchesArn('arn:aws:sns:*:111122223333:alerts', 'arn:aws:sns:eu-west-1:111122223333:alerts')).toBe(
      true,
    );
    expect(matchesArn('arn:aws:*:alerts', 'arn:aws:sns:eu-west-1:111122223333:alerts')).toBe(false);
    expect(matchesArn('arn:aws:lambda:*:*:function:*', 'arn:aws:lambda:r:1:function:f:live')).toBe(true);
    expect(matchesArn('*', 'arn:aws:sns:r:1:t')).toBe(true);
    expect(matchesArn('arn:aws:sns:*:*:*', 'no arn')).toBe(false);
  });
});

describe('statements', () => {
  test('actions match in any case, resources only in theirs', () => {
    expect(decide(allow({ Action: 'DYNAMODB:put*' }))).toBe('allowed');
    expect(decide(allow({ Resource: table.replace('budgets', 'b?dgets') }))).toBe('allowed');
    expect(decide(allow({ Resource: table.replace('budgets', 'Budgets') }))).toBe('implicitDeny');
  });

  test('NotAction and NotResource are everything else', () => {
    expect(decide(allow({ NotAction: ['iam:*', 's3:*'] }))).toBe('allowed');
    expect(decide(allow({ NotAction: ['dynamodb:*', 's3:*'] }))).toBe('implicitDeny');
    expect(decide(allow({ NotResource: 'arn:aws:dynamodb:*:*:table/audit' }))).toBe('allowed');
    expect(decide(allow({ NotResource: [`${table}*`, 'x'] }))).toBe('implicitDeny');
  });

  test('an explicit deny wins over any number of allows, wherever it stands', () => {
    const statement = fc.record({
      Effect: fc.constantFrom('Allow' as const, 'Deny' as const),
      Action: fc.constantFrom('*', 'dynamodb:*', 'dynamodb:PutItem', 's3:*'),
      Resource: fc.constantFrom('*', table, 'arn:aws:s3:::logs'),
    });
    const applies = ({ Action, Resource }: { Action: string; Resource: string }) =>
      Action !== 's3:*' && Resource !== 'arn:aws:s3:::logs';
    fc.assert(
      fc.property(fc.array(statement, { maxLength: 8 }), (statements) => {
        const effects = statements.filter(applies).map(({ Effect }) => Effect);
        const expected = effects.includes('Deny')
          ? 'explicitDeny'
          : effects.includes('Allow')
            ? 'allowed'
            : 'implicitDeny';
        const policies = statements.map((each, index) => policy(each, `policy ${index}`));
        expect(evaluatePolicies(policies, request()).decision).toBe(expected);
      }),
    );
  });

  test('the reason names the policy and the statement', () => {
    const policies = [
      policy(allow(), 'inline policy Work'),
      policy([allow({ Sid: 'Ok' }), { ...allow({ Sid: 'NoWrites' }), Effect: 'Deny' }], 'policy Halt'),
    ];
    expect(evaluatePolicies(policies.slice(0, 1), request()).because).toContain(
      'inline policy Work (statement 1) allows',
    );
    expect(evaluatePolicies(policies, request()).because).toBe(
      `policy Halt (NoWrites) denies dynamodb:PutItem on ${table}`,
    );
    expect(evaluatePolicies([], request()).because).toContain('no policy allows dynamodb:PutItem');
  });

  test('policy variables stand for the request and are taken literally', () => {
    const own = allow({ Resource: `arn:aws:s3:::home/\${aws:username}/*` });
    const home = (name: string, context: AccessRequest['context']) =>
      decide(own, { resource: `arn:aws:s3:::home/${name}/notes`, context });
    expect(home('alice', { 'aws:UserName': 'alice' })).toBe('allowed');
    expect(home('bob', { 'aws:username': 'alice' })).toBe('implicitDeny');
    expect(home('alice', {})).toBe('implicitDeny');
    expect(home('bob', { 'aws:username': '*' })).toBe('implicitDeny');
    expect(decide(allow({ Resource: `a\${*}b` }), { resource: 'a*b' })).toBe('allowed');
    expect(decide(allow({ Resource: `a\${*}b` }), { resource: 'axb' })).toBe('implicitDeny');
    expect(decide(allow({ Resource: `\${aws:PrincipalTag/team, 'none'}` }), { resource: 'none' })).toBe(
      'allowed',
    );
  });

  test('without version 2012-10-17 a variable is only text', () => {
    const document = { Statement: allow({ Resource: `\${aws:username}` }) };
    const ask = (resource: string) =>
      evaluatePolicies([{ source: 'old', document }], request({ resource })).decision;
    expect(ask('alice')).toBe('implicitDeny');
    expect(ask(`\${aws:username}`)).toBe('allowed');
  });

  test.each([
    ['an unknown element', { ...allow(), NotPrincipal: '*' }, 'NotPrincipal'],
    ['an unknown effect', { ...allow(), Effect: 'Maybe' }, 'Allow or Deny'],
    ['an unresolved resource', { ...allow(), Resource: { Ref: 'Table' } }, 'resolve the template'],
    ['both Action and NotAction', { ...allow(), NotAction: 's3:*' }, 'exactly one of Action and NotAction'],
    ['no resource', { Effect: 'Allow', Action: '*' }, 'exactly one of Resource and NotResource'],
    [
      'an unknown operator',
      allow({ Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } }),
      'IpAddress',
    ],
    ['a Principal on an identity', { ...allow(), Principal: '*' }, 'only a resource policy'],
  ])('%s is an error even where the statement does not apply', (_name, statement, message) => {
    const other = { ...statement, ...('Action' in statement && { Action: 'sqs:*' }) } as PolicyStatement;
    expect(() => decide(other)).toThrow(message);
  });
});

describe('conditions', () => {
  const holds = (Condition: PolicyStatement['Condition'], context: AccessRequest['context'] = {}) =>
    decide(allow({ Condition: Condition ?? {} }), { context }) === 'allowed';
  const key = 'bedrock:ServiceTier';

  test.each([
    ['StringEquals', ['flex', 'priority'], 'priority', true],
    ['StringEquals', 'Priority', 'priority', false],
    ['StringEquals', 'prio*', 'priority', false],
    ['StringNotEquals', ['flex', 'priority'], 'priority', false],
    ['StringNotEquals', 'flex', 'priority', true],
    ['StringEqualsIgnoreCase', 'PRIORITY', 'priority', true],
    ['StringNotEqualsIgnoreCase', 'PRIORITY', 'priority', false],
    ['StringLike', 'prio*y', 'priority', true],
    ['StringNotLike', 'prio*y', 'priority', false],
    ['StringNotLike', ['amazon.nova-micro*', 'anthropic.*'], 'meta.llama', true],
    ['ArnEquals', 'arn:aws:iam::*:policy/budget/*', 'arn:aws:iam::1:policy/budget/Halt', true],
    ['ArnLike', 'arn:aws:iam::2:policy/*', 'arn:aws:iam::1:policy/budget/Halt', false],
    ['ArnNotEquals', 'arn:aws:iam::2:policy/*', 'arn:aws:iam::1:policy/budget/Halt', true],
    ['ArnNotLike', 'arn:aws:iam::1:policy/*', 'arn:aws:iam::1:policy/budget/Halt', false],
    ['Bool', 'true', true, true],
    ['Bool', false, true, false],
    ['Bool', 'false', 'false', true],
    ['NumericLessThanEquals', 10, '10', true],
    ['NumericLessThan', '10', '10', false],
    ['NumericGreaterThan', '9.5', '10', true],
    ['NumericGreaterThanEquals', '10', 'ten', false],
    ['NumericEquals', '010', '10', true],
    ['NumericNotEquals', '10', '11', true],
    ['DateLessThan', '2026-12-01T00:00:00Z', '2026-11-22T12:00:00Z', true],
    ['DateGreaterThan', '2026-12-01T00:00:00Z', '2026-11-22T12:00:00Z', false],
    ['DateEquals', '1795348800', '2026-11-22T12:00:00Z', true],
    ['DateLessThanEquals', '2026-11-22T12:00:00Z', '2026-11-22T12:00:00Z', true],
    ['DateGreaterThanEquals', '2026-11-22T12:00:01Z', '2026-11-22T12:00:00Z', false],
    ['DateNotEquals', '2026-11-22T12:00:01Z', '2026-11-22T12:00:00Z', true],
  ])('%s %j against %j is %j', (operator, wanted, given, expected) => {
    expect(holds({ [operator]: { [key]: wanted } }, { [key.toUpperCase()]: given })).toBe(expected);
  });

  test.each(['StringEquals', 'StringLike', 'ArnEquals', 'Bool', 'NumericEquals', 'DateLessThan'])(
    'an absent key fails %s, and passes it with IfExists',
    (operator) => {
      expect(holds({ [operator]: { [key]: '1' } })).toBe(false);
      expect(holds({ [`${operator}IfExists`]: { [key]: '1' } })).toBe(true);
      expect(holds({ [`${operator}IfExists`]: { [key]: '1' } }, { [key]: 'no' })).toBe(false);
    },
  );

  test.each(['StringNotEquals', 'StringNotLike', 'ArnNotEquals', 'ArnNotLike', 'NumericNotEquals'])(
    'an absent key passes %s',
    (operator) => {
      expect(holds({ [operator]: { [key]: '1' } })).toBe(true);
    },
  );

  test('Null asks whether a key is there', () => {
    expect(holds({ Null: { [key]: 'true' } })).toBe(true);
    expect(holds({ Null: { [key]: 'true' } }, { [key]: 'x' })).toBe(false);
    expect(holds({ Null: { [key]: false } }, { [key]: 'x' })).toBe(true);
  });

  test('sets are compared by all or by any of their values', () => {
    const tags = (operator: string, wanted: string[], given?: string[]) =>
      holds({ [operator]: { 'aws:TagKeys': wanted } }, given ? { 'aws:TagKeys': given } : {});
    expect(tags('ForAllValues:StringEquals', ['a', 'b'], ['a'])).toBe(true);
    expect(tags('ForAllValues:StringEquals', ['a', 'b'], ['a', 'c'])).toBe(false);
    expect(tags('ForAllValues:StringEquals', ['a'])).toBe(true);
    expect(tags('ForAnyValue:StringLike', ['a*'], ['b', 'ab'])).toBe(true);
    expect(tags('ForAnyValue:StringLike', ['a*'], ['b'])).toBe(false);
    expect(tags('ForAnyValue:StringEquals', ['a'])).toBe(false);
    expect(tags('ForAnyValue:StringNotEquals', ['a'], ['a', 'b'])).toBe(true);
    expect(tags('ForAllValues:StringNotEquals', ['a'], ['a', 'b'])).toBe(false);
    expect(() => tags('StringEquals', ['a'], ['a'])).toThrow('ForAllValues');
  });

  test('all operators and all keys have to hold', () => {
    const condition = { StringEquals: { a: '1', b: '2' }, Bool: { c: true } };
    expect(holds(condition, { a: '1', b: '2', c: true })).toBe(true);
    expect(holds(condition, { a: '1', b: '3', c: true })).toBe(false);
    expect(holds(condition, { a: '1', b: '2', c: false })).toBe(false);
  });

  test('the caller is a condition key too', () => {
    const condition = { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/app/*' } };
    const ask = (principalArn: string) =>
      decide(allow({ Condition: condition }), { principalArn, context: {} });
    expect(ask('arn:aws:iam::111122223333:role/app/Enforcer')).toBe('allowed');
    expect(ask('arn:aws:iam::111122223333:role/Other')).toBe('implicitDeny');
  });

  test.each([
    ['StringSortOf', 'x'],
    ['ForSomeValues:StringEquals', 'x'],
    ['NullIfExists', 'true'],
    ['NumericEquals', 'many'],
    ['DateLessThan', 'soon'],
  ])('%s %j is an error, never a pass', (operator, wanted) => {
    expect(() => holds({ [operator]: { [key]: wanted } }, { [key]: '1' })).toThrow();
  });
});

describe('resource policies', () => {
  const ask = (
    Principal: PolicyStatement['Principal'],
    caller: Partial<AccessRequest>,
    Effect: 'Allow' | 'Deny' = 'Allow',
  ) =>
    evaluateResourcePolicy(policy({ ...allow(), Effect, ...(Principal && { Principal }) }), request(caller))
      .decision;
  const alice = { principalArn: 'arn:aws:iam::111122223333:user/eng/alice' };
  const session = { principalArn: 'arn:aws:sts::111122223333:assumed-role/App/me' };

  test('name everybody, a user, a role with its sessions, or a service', () => {
    expect(ask('*', alice)).toBe('allowed');
    expect(ask({ AWS: '*' }, alice)).toBe('allowed');
    expect(ask({ AWS: [alice.principalArn] }, alice)).toBe('allowed');
    expect(ask({ AWS: 'arn:aws:iam::111122223333:role/svc/App' }, session)).toBe('allowed');
    expect(ask({ AWS: 'arn:aws:iam::444455556666:role/App' }, session)).toBe('implicitDeny');
    expect(ask({ Service: ['sns.amazonaws.com'] }, { principalService: 'sns.amazonaws.com' })).toBe(
      'allowed',
    );
    expect(ask({ Service: 'sns.amazonaws.com' }, alice)).toBe('implicitDeny');
    expect(ask({ AWS: alice.principalArn }, session)).toBe('implicitDeny');
  });

  test('the whole account is only delegated to, yet denied at once', () => {
    for (const account of ['111122223333', 'arn:aws:iam::111122223333:root']) {
      expect(ask({ AWS: account }, alice)).toBe('implicitDeny');
      expect(ask({ AWS: account }, alice, 'Deny')).toBe('explicitDeny');
      expect(ask({ AWS: account }, { principalArn: 'arn:aws:iam::444455556666:user/x' }, 'Deny')).toBe(
        'implicitDeny',
      );
    }
  });

  test('what is not understood is an error', () => {
    expect(() => ask(undefined, alice)).toThrow('no Principal');
    expect(() => ask({ CanonicalUser: 'x' }, alice)).toThrow('CanonicalUser');
    expect(() => ask('arn:aws:iam::1:user/x' as '*', alice)).toThrow('not understood');
  });
});
