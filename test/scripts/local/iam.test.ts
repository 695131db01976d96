import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  DetachRolePolicyCommand,
  DetachUserPolicyCommand,
  GetRoleCommand,
  GetUserCommand,
  IAMClient,
  LimitExceededException,
  ListAttachedRolePoliciesCommand,
  ListEntitiesForPolicyCommand,
  ListRoleTagsCommand,
  ListUserTagsCommand,
  NoSuchEntityException,
  paginateListAttachedUserPolicies,
  UnmodifiableEntityException,
} from '@aws-sdk/client-iam';
import { handleIamRequest } from '../../../scripts/local/aws/iam-api.ts';
import { IamError, IamStore } from '../../../scripts/local/aws/iam-store.ts';

const account = '111122223333';
const halt = `arn:aws:iam::${account}:policy/budget/Halt`;
const document = { Version: '2012-10-17', Statement: [] };
const createdAt = new Date('2026-11-22T12:00:00Z');

let store: IamStore;
let delay: number;
let fault: IamError | undefined;
let server: Server;
let iam: IAMClient;

beforeAll(async () => {
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => {
      const { status, body } = handleIamRequest(store, new URLSearchParams(text));
      response.writeHead(status, { 'content-type': 'text/xml' }).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  iam = new IAMClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
});

afterAll(() => {
  iam.destroy();
  server.closeAllConnections();
  server.close();
});

beforeEach(() => {
  delay = 0;
  fault = undefined;
  store = new IamStore({ account, now: () => createdAt, delay: () => delay, fault: () => fault });
  store.putPolicy(halt, document);
  store.create('user', { name: 'alice', path: '/eng/', tags: { Team: 'ml & <ops>' } });
  store.create('role', { name: 'App', path: '/svc/', tags: { Team: 'web' } });
});

const attach = () => iam.send(new AttachUserPolicyCommand({ UserName: 'alice', PolicyArn: halt }));
const detach = () => iam.send(new DetachUserPolicyCommand({ UserName: 'alice', PolicyArn: halt }));
async function attachedToAlice(pageSize = 100): Promise<(string | undefined)[]> {
  const names: (string | undefined)[] = [];
  for await (const page of paginateListAttachedUserPolicies(
    { client: iam, pageSize },
    { UserName: 'alice' },
  )) {
    names.push(...(page.AttachedPolicies ?? []).map(({ PolicyName }) => PolicyName));
  }
  return names;
}

test('the SDK reads users and roles', async () => {
  const { User } = await iam.send(new GetUserCommand({ UserName: 'alice' }));
  expect(User).toMatchObject({
    UserName: 'alice',
    Path: '/eng/',
    Arn: `arn:aws:iam::${account}:user/eng/alice`,
    CreateDate: createdAt,
    Tags: [{ Key: 'Team', Value: 'ml & <ops>' }],
  });
  expect(User?.UserId).toMatch(/^AIDA[A-Z2-7]{17}$/);
  const { Role } = await iam.send(new GetRoleCommand({ RoleName: 'App' }));
  expect(Role).toMatchObject({ RoleName: 'App', Path: '/svc/', Arn: `arn:aws:iam::${account}:role/svc/App` });
  expect(Role?.RoleId).toMatch(/^AROA[A-Z2-7]{17}$/);
});

test('the SDK reads tags, also when there are none', async () => {
  store.create('user', { name: 'bare' });
  expect((await iam.send(new ListUserTagsCommand({ UserName: 'alice' }))).Tags).toEqual([
    { Key: 'Team', Value: 'ml & <ops>' },
  ]);
  expect((await iam.send(new ListRoleTagsCommand({ RoleName: 'App' }))).Tags).toEqual([
    { Key: 'Team', Value: 'web' },
  ]);
  expect((await iam.send(new ListUserTagsCommand({ UserName: 'bare' }))).Tags).toEqual([]);
});

test('attaching twice is fine, detaching twice is NoSuchEntity', async () => {
  await attach();
  await attach();
  expect(await attachedToAlice()).toEqual(['Halt']);
  await detach();
  expect(await attachedToAlice()).toEqual([]);
  await expect(detach()).rejects.toThrow(NoSuchEntityException);
});

test('roles carry policies just as users do', async () => {
  const role = { RoleName: 'App', PolicyArn: halt };
  await iam.send(new AttachRolePolicyCommand(role));
  const list = new ListAttachedRolePoliciesCommand({ RoleName: 'App' });
  expect((await iam.send(list)).AttachedPolicies).toEqual([{ PolicyName: 'Halt', PolicyArn: halt }]);
  await iam.send(new DetachRolePolicyCommand(role));
  expect((await iam.send(list)).AttachedPolicies).toEqual([]);
});

test('the holders of a policy are listed with their ids', async () => {
  store.attach('user', 'alice', halt);
  store.attach('role', 'App', halt);
  const list = (input: object) => iam.send(new ListEntitiesForPolicyCommand({ PolicyArn: halt, ...input }));
  expect(await list({})).toMatchObject({
    PolicyUsers: [{ UserName: 'alice', UserId: store.get('user', 'alice').id }],
    PolicyRoles: [{ RoleName: 'App', RoleId: store.get('role', 'App').id }],
    IsTruncated: false,
  });
  expect((await list({ EntityFilter: 'Role' })).PolicyUsers).toEqual([]);
  const first = await list({ MaxItems: 1 });
  expect(first).toMatchObject({ IsTruncated: true, PolicyUsers: [{ UserName: 'alice' }], PolicyRoles: [] });
  expect(await list({ MaxItems: 1, Marker: first.Marker })).toMatchObject({
    IsTruncated: false,
    PolicyUsers: [],
    PolicyRoles: [{ RoleName: 'App' }],
  });
});

test('a long list of attachments comes in pages', async () => {
  const names = Array.from({ length: 7 }, (_, index) => `P${index}`);
  for (const name of names) {
    const arn = `arn:aws:iam::aws:policy/${name}`;
    store.putPolicy(arn, document);
    store.attach('user', 'alice', arn);
  }
  expect(await attachedToAlice(3)).toEqual(names);
});

test.each([
  ['user', 10, 'PoliciesPerUser'],
  ['role', 20, 'PoliciesPerRole'],
] as const)('the quota of a %s is %i attached policies', async (kind, quota, name) => {
  const holder = kind === 'user' ? 'alice' : 'App';
  for (let index = 0; index < quota; index++) {
    const arn = `arn:aws:iam::${account}:policy/P${index}`;
    store.putPolicy(arn, document);
    store.attach(kind, holder, arn);
  }
  const one =
    kind === 'user' ? attach() : iam.send(new AttachRolePolicyCommand({ RoleName: 'App', PolicyArn: halt }));
  const error = await one.catch((caught) => caught);
  expect(error).toBeInstanceOf(LimitExceededException);
  expect(error.message).toBe(`Cannot exceed quota for ${name}: ${quota}`);
  store.attach(kind, holder, `arn:aws:iam::${account}:policy/P0`);
});

test.each(['/aws-reserved/sso.amazonaws.com/', '/aws-service-role/x.amazonaws.com/'])(
  'roles below %s cannot be changed',
  async (path) => {
    store.create('role', { name: 'Reserved', path });
    const input = { RoleName: 'Reserved', PolicyArn: halt };
    await expect(iam.send(new AttachRolePolicyCommand(input))).rejects.toThrow(UnmodifiableEntityException);
    await expect(iam.send(new DetachRolePolicyCommand(input))).rejects.toThrow('only modifiable by AWS');
    expect((await iam.send(new GetRoleCommand({ RoleName: 'Reserved' }))).Role?.Path).toBe(path);
  },
);

test('an unknown user, role or policy is NoSuchEntity', async () => {
  await expect(iam.send(new GetUserCommand({ UserName: 'eve' }))).rejects.toThrow(NoSuchEntityException);
  await expect(iam.send(new GetRoleCommand({ RoleName: 'eve' }))).rejects.toThrow(
    'The role with name eve cannot be found.',
  );
  const unknown = `${halt}2`;
  const attempt = iam.send(new AttachUserPolicyCommand({ UserName: 'alice', PolicyArn: unknown }));
  await expect(attempt).rejects.toThrow('does not exist or is not attachable');
});

test('an injected fault is answered in place of the call', async () => {
  fault = new IamError('Throttling', 400, 'Rate exceeded');
  const error = await attach().catch((caught) => caught);
  expect(error).toMatchObject({ name: 'Throttling', message: 'Rate exceeded', $fault: 'client' });
  expect(error.$metadata.httpStatusCode).toBe(400);
  fault = undefined;
  expect(await attachedToAlice()).toEqual([]);
});

test('operations and versions that are not imitated are refused', () => {
  const ask = (text: string) => handleIamRequest(store, new URLSearchParams(text));
  expect(ask('Action=CreateGroup&Version=2010-05-08&GroupName=x')).toMatchObject({ status: 400 });
  expect(ask('Action=GetUser&UserName=alice').body).toContain('<Code>InvalidAction</Code>');
  expect(ask('Action=GetUser&Version=2010-05-08').body).toContain('<Code>ValidationError</Code>');
  expect(ask('Action=toString&Version=2010-05-08').body).toContain('InvalidAction');
  const oddPage = 'Action=ListUserTags&Version=2010-05-08&UserName=alice&MaxItems=0';
  expect(ask(oddPage).body).toContain('ValidationError');
});

describe('a change that takes a moment', () => {
  test('shows only after the given number of further reads', async () => {
    delay = 2;
    await attach();
    expect(await attachedToAlice()).toEqual([]);
    expect(await attachedToAlice()).toEqual([]);
    expect(await attachedToAlice()).toEqual(['Halt']);
  });

  test('shows after as many settle ticks, to evaluations too', () => {
    delay = 2;
    const alice = store.get('user', 'alice');
    store.attach('user', 'alice', halt);
    store.tick();
    expect(store.policiesOf(alice)).toEqual([]);
    store.tick();
    expect(store.policiesOf(alice)).toEqual([{ source: 'policy Halt', id: 'Halt', document }]);
  });

  test('counts for attach and detach at once', async () => {
    delay = 5;
    await attach();
    await detach();
    await expect(detach()).rejects.toThrow(NoSuchEntityException);
  });

  test('never shows after a later change of the same attachment', async () => {
    delay = 3;
    await attach();
    delay = 1;
    await detach();
    const seen: number[] = [];
    for (let read = 0; read < 6; read++) seen.push((await attachedToAlice()).length);
    expect(seen).toEqual([0, 0, 0, 0, 0, 0]);
  });
});

test('a principal created again is another one, without the old attachments', () => {
  const before = store.get('user', 'alice').id;
  store.attach('user', 'alice', halt);
  store.delete('user', 'alice');
  expect(store.find('user', 'alice')).toBeUndefined();
  const again = store.create('user', { name: 'alice' });
  expect(again.id).not.toBe(before);
  expect(store.attachedPolicies(again)).toEqual([]);
  expect(() => store.create('user', { name: 'alice' })).toThrow('already exists');
  expect(() => store.create('user', { name: 'bob', path: 'eng' })).toThrow('slash');
});
