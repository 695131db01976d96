import fc from 'fast-check';
import { iamEventNames } from '../../../lambda/domain/iam-events/iam-event.ts';
import { isWorthKnowing } from '../../../lambda/domain/iam-events/metered-principals.ts';
import { readIamEvent } from '../../../lambda/domain/iam-events/read-iam-event.ts';
import { asSession, eventAccount, policies, trailEvent } from './events.ts';

const trust = (service: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
  });
const madeUser = (name: string, path = '/') => ({
  user: { path, userName: name, userId: 'AIDANEW', arn: `arn:aws:iam::${eventAccount}:user${path}${name}` },
});
const alice = { type: 'user', name: 'alice' };
const key = { serviceSpecificCredentialId: 'ACCAEXAMPLE', userName: 'alice' };

describe('An event of CloudTrail', () => {
  test.each<[string, object | null, object | null, object]>([
    [
      'CreateUser',
      { userName: 'alice', tags: [{ key: 'Team', value: 'ml' }] },
      madeUser('alice', '/eng/'),
      { kind: 'principal-created', target: alice, path: '/eng/', uniqueId: 'AIDANEW', tags: { Team: 'ml' } },
    ],
    [
      'CreateRole',
      { roleName: 'Agent', assumeRolePolicyDocument: trust('bedrock.amazonaws.com') },
      { role: { path: '/', roleName: 'Agent', roleId: 'AROANEW' } },
      { kind: 'principal-created', uniqueId: 'AROANEW', trusts: ['bedrock.amazonaws.com'] },
    ],
    [
      'CreateRole',
      { roleName: 'Agent', assumeRolePolicyDocument: encodeURIComponent(trust('lambda.amazonaws.com')) },
      null,
      { kind: 'principal-created', path: '/', uniqueId: undefined, trusts: ['lambda.amazonaws.com'] },
    ],
    [
      'AcquireRole',
      { roleName: 'Managed' },
      { role: { path: '/', roleName: 'Managed', roleId: 'AROAACQ' } },
      { kind: 'principal-created', target: { type: 'role', name: 'Managed' }, trusts: [] },
    ],
    [
      'CreateServiceSpecificCredential',
      { userName: 'alice', serviceName: 'bedrock.amazonaws.com' },
      { serviceSpecificCredential: { ...key, status: 'Active', serviceName: 'bedrock.amazonaws.com' } },
      { kind: 'key-created', target: alice, on: true },
    ],
    [
      'UpdateServiceSpecificCredential',
      { ...key, status: 'Inactive' },
      null,
      { kind: 'key-changed', on: false },
    ],
    ['ResetServiceSpecificCredential', key, null, { kind: 'key-changed', on: undefined }],
    [
      'DetachRolePolicy',
      { roleName: 'App', policyArn: policies.suspended },
      null,
      { kind: 'policy-detached', carrier: { type: 'role', name: 'App' }, policyArn: policies.suspended },
    ],
    [
      'AttachGroupPolicy',
      { groupName: 'all', policyArn: policies.suspended },
      null,
      { kind: 'policy-attached', carrier: { type: 'group', name: 'all' } },
    ],
    [
      'CreatePolicyVersion',
      { policyArn: policies.suspended, setAsDefault: true },
      { policyVersion: { versionId: 'v2', isDefaultVersion: true } },
      { kind: 'policy-text', policyArn: policies.suspended },
    ],
    [
      'TagUser',
      { userName: 'alice', tags: [{ key: 'Team', value: 'ml' }] },
      null,
      { kind: 'tags-changed', target: alice, keys: ['Team'] },
    ],
    [
      'UntagRole',
      { roleName: 'App', tagKeys: ['Team', 'x'] },
      null,
      { kind: 'tags-changed', target: { type: 'role', name: 'App' }, keys: ['Team', 'x'] },
    ],
    ['DeleteUser', { userName: 'alice' }, null, { kind: 'principal-deleted', target: alice }],
  ])('%s is read', (name, given, answered, expected) => {
    expect(readIamEvent(trailEvent(name, given, { responseElements: answered }))).toMatchObject({
      name,
      at: '2026-11-22T12:00:00.000Z',
      actor: { id: 'user/bob' },
      ...expected,
    });
  });

  test('about a key without a user name is about whoever called', () => {
    const event = trailEvent('CreateServiceSpecificCredential', { serviceName: 'bedrock.amazonaws.com' });
    expect(readIamEvent(event)).toMatchObject({ target: { type: 'user', name: 'bob' } });
  });

  test.each([
    ['a failed call', trailEvent('CreateUser', { userName: 'x' }, { errorCode: 'EntityAlreadyExists' })],
    [
      'a key of another service',
      trailEvent('CreateServiceSpecificCredential', { serviceName: 'codecommit.amazonaws.com' }),
    ],
    ['another call', trailEvent('CreateGroup', { groupName: 'x' })],
    ['another service', trailEvent('DeleteUser', { userName: 'x' }, { eventSource: 'sts.amazonaws.com' })],
    ['a call about nobody', trailEvent('DeleteRole', null)],
  ])('is none where it is %s', (_, event) => {
    expect(readIamEvent(event)).toBeUndefined();
  });

  test('tells two people on one admin role apart, and says which role and which service it was', () => {
    const role = `arn:aws:iam::${eventAccount}:role/Admin`;
    const by = (session: string, more = {}) =>
      readIamEvent(
        trailEvent(
          'DeleteUser',
          { userName: 'x' },
          { userIdentity: { ...asSession(role, session), ...more } },
        ),
      )?.actor;
    expect(by('ann')).toEqual({ id: 'role/Admin/ann', roleArn: role, through: undefined });
    expect(by('eve', { invokedBy: 'cloudformation.amazonaws.com' })).toMatchObject({
      id: 'role/Admin/eve',
      through: 'cloudformation.amazonaws.com',
    });
  });

  test('of any shape is read without an error', () => {
    fc.assert(
      fc.property(fc.constantFrom(...iamEventNames), fc.jsonValue(), fc.jsonValue(), (name, given, who) => {
        readIamEvent({ ...trailEvent(name, null), requestParameters: given, userIdentity: who });
      }),
      { numRuns: 200 },
    );
  });
});

describe('A new principal is worth knowing before its first call', () => {
  const created = (name: string, given: object, answered: object | null = null) => {
    const event = readIamEvent(trailEvent(name, given, { responseElements: answered }));
    return event?.kind === 'principal-created' && isWorthKnowing(event);
  };
  const role = (assumeRolePolicyDocument: string, path = '/', roleName = 'R') =>
    created('CreateRole', { roleName, path, assumeRolePolicyDocument });

  test.each([
    ['a user', created('CreateUser', { userName: 'alice' }), true],
    ['a role of agents', role(trust('bedrock.amazonaws.com')), true],
    ['a role of AgentCore', role(trust('bedrock-agentcore.amazonaws.com')), true],
    ['a role of a Lambda', role(trust('lambda.amazonaws.com')), false],
    ['a role whose trust is no JSON', role('{'), false],
    ['a service-linked role', role(trust('bedrock.amazonaws.com'), '/', 'AWSServiceRoleForBedrock'), false],
    ['a role that AWS reserves', role(trust('bedrock.amazonaws.com'), '/aws-reserved/x/'), false],
    [
      'a break-glass user',
      created('CreateUser', { userName: 'rescue' }, madeUser('rescue', '/break-glass/')),
      false,
    ],
    ['a role of ours', role(trust('bedrock.amazonaws.com'), '/bedrock-budget/'), false],
  ])('%s', (_, worth, expected) => {
    expect(worth).toBe(expected);
  });
});
