import { iamTarget, protectedPath } from '../../../lambda/domain/control/iam-target.ts';

const analysts = 'AWSReservedSSO_Analysts_0a1b2c3d4e5f6789';

describe('the IAM target of a principal', () => {
  it.each([
    ['user/alice', { type: 'user', name: 'alice' }],
    ['role/App', { type: 'role', name: 'App' }],
    // Anyone can call his own role so: what makes it AWS's is the path, which IAM tells.
    [`role/${analysts}`, { type: 'role', name: analysts }],
  ])('%s is found by its name alone', (subject, target) => {
    expect(iamTarget(subject)).toEqual(target);
  });

  it.each([
    ['role/App/session', /shared role App/],
    [`role/${analysts}/ann@example.com`, /service control policy/],
    ['role/AWSServiceRoleForSupport', /service-linked/],
    ['111122223333:user/alice', /account 111122223333/],
    ['root', /revoke/],
    ['federated/bob', /revoke/],
    ['unknown', /revoke/],
  ])('%s is out of reach, and the reason says what to do', (subject, reason) => {
    expect(iamTarget(subject)).toEqual({ unenforceable: expect.stringMatching(reason) });
  });

  it.each([
    ['/aws-reserved/sso.amazonaws.com/', /service control policy/],
    ['/aws-reserved/sso.amazonaws.com/eu-west-1/', /service control policy/],
    ['/aws-reserved/', /AWS/],
    ['/aws-service-role/support.amazonaws.com/', /service-linked/],
    ['/break-glass/', /never touched/],
    ['/bedrock-budget/production/', /Bedrock Budgeteer/],
  ])('under %s is left alone', (path, reason) => {
    expect(protectedPath(path)).toMatch(reason);
  });

  it.each(['/', '/eng/', '/not/aws-reserved/'])('under %s is in reach', (path) => {
    expect(protectedPath(path)).toBeUndefined();
  });
});
