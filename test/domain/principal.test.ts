import fc from 'fast-check';
import { identify } from '../../lambda/domain/principal.ts';

const account = '012345678901';
const iam = `arn:aws:iam::${account}`;
const sts = `arn:aws:sts::${account}`;
const sso = 'AWSReservedSSO_Power_User_aa59d952f393cb6a';

describe('identify', () => {
  it.each([
    [`${iam}:user/alice`, 'user/alice', 'user', 'user/alice'],
    [`${iam}:user/ops/eu/alice`, 'user/alice', 'user', 'user/alice'],
    [`${iam}:user/john.doe@example.com`, 'user/john.doe@example.com', 'user', 'user/john.doe@example.com'],
    [`${iam}:user/BedrockAPIKey-d3qp`, 'user/BedrockAPIKey-d3qp', 'user', 'user/BedrockAPIKey-d3qp'],
    [`${sts}:assumed-role/App/session-1`, 'role/App', 'role', 'role/App'],
    [`${sts}:assumed-role/Shared/bob@example.com`, 'role/Shared/bob@example.com', 'session', 'role/Shared'],
    [
      `${sts}:assumed-role/${sso}/Bob.K@example.com`,
      `role/${sso}/Bob.K@example.com`,
      'session',
      `role/${sso}`,
    ],
    [
      `${sts}:assumed-role/AWSReservedSSO_Admin/bob`,
      'role/AWSReservedSSO_Admin',
      'role',
      'role/AWSReservedSSO_Admin',
    ],
    [`${iam}:role/service-role/App`, 'role/App', 'role', 'role/App'],
    [`${iam}:root`, 'root', 'root', 'root'],
    [`${sts}:federated-user/bob`, 'federated/bob', 'federated', 'federated/bob'],
    [`arn:aws-us-gov:sts::${account}:assumed-role/App/s`, 'role/App', 'role', 'role/App'],
    [`arn:aws-cn:iam::${account}:user/alice`, 'user/alice', 'user', 'user/alice'],
  ])('reads %s as %s', (arn, id, kind, ledgerName) => {
    expect(identify(arn, { sharedRoles: ['Shared'] })).toMatchObject({ id, kind, ledgerName, account });
  });

  it('tells role and session of an assumed role', () => {
    expect(identify(`${sts}:assumed-role/App/i-0abc`, { sharedRoles: [] })).toMatchObject({
      roleName: 'App',
      session: 'i-0abc',
    });
  });

  it.each([
    undefined,
    '',
    'alice',
    '<redacted>',
    'arn:aws:iam::XXXXXXXXXXXX:user/alice',
    'arn:aws:sts::ACCOUNT:assumed-role/App/...',
    'arn:aws:sts::xxxx',
    `${sts}:assumed-role/App`,
    `${sts}:assumed-role/App/`,
    `${sts}:assumed-role/App/a/b`,
    `${sts}:assumed-role//s`,
    `${iam}:user/`,
    `${iam}:user/al ice`,
    `${iam}:group/devs`,
    `${sts}:user/alice`,
    `${iam}:root/x`,
    `${iam}:user/alice\nx`,
    'arn:aws:s3:::bucket/key',
  ])('takes %j for unknown', (arn) => {
    expect(identify(arn, { sharedRoles: [] })).toEqual({
      id: 'unknown',
      kind: 'unknown',
      ledgerName: 'unknown',
    });
  });

  it('gives every form the same ledger name whatever the settings say', () => {
    const name = fc.stringMatching(/^[\w+=,.@-]{1,20}$/);
    fc.assert(
      fc.property(name, name, fc.array(name), (role, session, sharedRoles) => {
        const arn = `${sts}:assumed-role/${role}/${session}`;
        const shared = identify(arn, { sharedRoles: [...sharedRoles, role] });

        expect(shared.id).toBe(`role/${role}/${session}`);
        expect(shared.ledgerName).toBe(identify(arn, { sharedRoles: [] }).ledgerName);
      }),
    );
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string(), (arn) => expect(identify(arn, { sharedRoles: [] })).toBeDefined()));
  });
});

test('a caller of another account is not its namesake here, and stays in the partition of its name', () => {
  const options = { sharedRoles: [], homeAccount: '111122223333' };
  expect(identify('arn:aws:iam::222233334444:user/alice', options)).toMatchObject({
    id: '222233334444:user/alice',
    ledgerName: 'user/alice',
  });
  expect(identify('arn:aws:iam::111122223333:user/alice', options).id).toBe('user/alice');
  expect(identify(undefined, options).id).toBe('unknown');
});

test.each(['x'.repeat(3_000), 'a#b', 'a\ud800', 'a b'])(
  'a session that STS would not let through is nobody known, so that it becomes no key: %#',
  (session) => {
    const arn = `arn:aws:sts::111122223333:assumed-role/App/${session}`;
    expect(identify(arn, { sharedRoles: ['App'] }).id).toBe('unknown');
  },
);
