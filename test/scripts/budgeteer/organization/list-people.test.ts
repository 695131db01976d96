import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstState } from '../../../../lambda/domain/control/state.ts';
import { parseStageConfig } from '../../../../lib/config.ts';
import { serviceControlPolicyLimit } from '../../../../lib/security/organization-policy.ts';
import type { KnownSubject } from '../../../../scripts/budgeteer/deployment/read-budget-items.ts';
import { answerPeople, type PeopleOptions } from '../../../../scripts/budgeteer/organization/list-people.ts';
import { type EvaluatedPolicy, evaluatePolicies } from '../../../../scripts/local/aws/policy.ts';

const folder = mkdtempSync(join(tmpdir(), 'people-'));
const month = 'month:2026-11';
const idOf = (number: number) => `90677c1a8b-11111111-2222-3333-4444-${String(number).padStart(12, '0')}`;

/** Suspended people, person 0 the most expensive. */
const suspended = (count: number): KnownSubject[] =>
  Array.from({ length: count }, (_, number) => ({
    subject: `role/AWSReservedSSO_Dev_0123456789abcdef/p${number}@example.com`,
    state: {
      ...firstState('2026-11-22T11:00:00Z', 'test'),
      holds: {
        own: { level: 'suspended', window: month, since: '2026-11-22T12:00:00.000Z', reason: 'Used up.' },
      },
      enforced: { level: 'none', outcome: 'unenforceable', reason: 'Only AWS.' },
    },
    balances: { [month]: { spent: BigInt(1000 - number), ceiling: 0n, requests: 1 } },
  }));

function usersFile(count: number): string {
  const file = join(folder, `users-${count}.json`);
  const Users = Array.from({ length: count }, (_, number) => ({
    ...{ UserId: idOf(number), UserName: `P${number}@Example.com`, Emails: [] },
  }));
  writeFileSync(file, JSON.stringify({ Users }));
  return file;
}

function answer(known: KnownSubject[], listed: string[], options: Partial<PeopleOptions> = {}) {
  const config = parseStageConfig({
    ...{ stage: 'test', settings: { mode: 'enforce' }, region: 'eu-central-1' },
    organization: {
      ...{ targetIds: ['ou-abcd-12345678'], administrators: ['arn:aws:iam::*:role/cdk-*'] },
      suspendedUsers: listed,
    },
  });
  const stage = { stage: 'test', settings: config.settings, organization: config };
  return answerPeople(known, { keep: false, ...options }, stage);
}

const denied = (policy: string, action: string, userId?: string) =>
  evaluatePolicies(
    [
      {
        source: 'AdministratorAccess',
        document: { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } },
      },
      { source: 'organisation', document: JSON.parse(policy) as EvaluatedPolicy },
    ],
    { action, resource: '*', context: userId === undefined ? {} : { 'identitystore:userId': userId } },
  ).decision === 'explicitDeny';

describe('organization people', () => {
  it('tells whom to add and whom to take out, by ids that a file names, and fails the check until that is done', () => {
    const { json, text, exitCode } = answer(suspended(2), [idOf(1), idOf(7)], { users: usersFile(10) });
    expect(json).toMatchObject({
      suspendedUsers: [idOf(0), idOf(1)],
      ...{ add: [idOf(0)], remove: [idOf(7)], withoutId: [], withoutRoom: [] },
      people: [{ userName: 'p0@example.com', userId: idOf(0), reason: 'Used up.' }, {}],
    });
    expect([exitCode, text]).toEqual([1, expect.stringContaining(`To take out: ${idOf(7)}.`)]);
    expect(answer(suspended(2), [idOf(0), idOf(1)], { users: usersFile(10) })).toMatchObject({
      exitCode: 0,
      text: expect.stringContaining('as it should be'),
    });
  });

  it('writes a policy that denies spending to these people, nothing else to them, and nothing to others', () => {
    const out = join(folder, 'policy.json');
    answer(suspended(1), [], { users: usersFile(10), out });
    const policy = readFileSync(out, 'utf8');
    for (const action of ['bedrock:InvokeModel', 'bedrock-mantle:CreateInference']) {
      expect([action, denied(policy, action, idOf(0))]).toEqual([action, true]);
      expect([action, denied(policy, action, idOf(1))]).toEqual([action, false]);
      expect([action, denied(policy, action)]).toEqual([action, false]);
    }
    expect(denied(policy, 's3:GetObject', idOf(0))).toBe(false);
    answer([], [idOf(0)], { users: usersFile(10), out });
    expect(denied(readFileSync(out, 'utf8'), 'bedrock:InvokeModel', idOf(0))).toBe(false);
  });

  it('takes as many as the quota holds, the top spenders first, and names the others', () => {
    const { json, exitCode } = answer(suspended(300), [], { users: usersFile(300) });
    expect(json.characters).toBeLessThanOrEqual(serviceControlPolicyLimit);
    expect(json.characters).toBeGreaterThan(serviceControlPolicyLimit - 60);
    expect(json.suspendedUsers[0]).toBe(idOf(0));
    expect(json.suspendedUsers.length + json.withoutRoom.length).toBe(300);
    expect(exitCode).toBe(1);
  });

  it('says who has no id, and leaves in whom it is told to keep', () => {
    const { json, text, exitCode } = answer(suspended(1), [idOf(5)], { keep: true });
    expect(json).toMatchObject({ withoutId: ['p0@example.com'], remove: [], suspendedUsers: [idOf(5)] });
    expect([exitCode, text]).toEqual([1, expect.stringContaining('aws identitystore list-users')]);
  });

  it.each([
    ['a file that is not there', '/no/such/file', 'cannot be read'],
    ['no JSON', 'p.txt', 'is no JSON'],
    ['JSON of something else', 'o.json', 'has no list "Users"'],
  ])('refuses %s in a sentence', (_, name, sentence) => {
    writeFileSync(join(folder, 'p.txt'), 'hello');
    writeFileSync(join(folder, 'o.json'), '{}');
    const users = name.startsWith('/') ? name : join(folder, name);
    expect(() => answer([], [], { users })).toThrow(sentence);
  });
});
