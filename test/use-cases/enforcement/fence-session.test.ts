import { documentClient } from '../../../lambda/adapters/dynamodb/client.ts';
import { DynamoDbFencedSessions } from '../../../lambda/adapters/dynamodb/fenced-sessions.ts';
import { DynamoDbSubjects } from '../../../lambda/adapters/dynamodb/subjects.ts';
import { sessionDenyTexts } from '../../../lambda/domain/deny-policies/deny-texts.ts';
import { fencePolicy } from '../../../lambda/domain/deny-policies/fence-policy.ts';
import { policyHash } from '../../../lambda/domain/deny-policies/policy-hash.ts';
import type { PolicyText } from '../../../lambda/domain/deny-policies/policy-text.ts';
import type { DenyLevel, EnforcedLevel } from '../../../lambda/domain/level.ts';
import { priceBook } from '../../../lambda/domain/pricing/price-book.ts';
import { type FenceDeps, fenceSession } from '../../../lambda/use-cases/enforcement/fence-session.ts';
import type { IamRecord } from '../../../lambda/use-cases/ports/iam.ts';
import { type Fence, PolicyQuotaError, PrincipalGoneError } from '../../../lambda/use-cases/ports/iam.ts';
import { startTables, type Tables } from '../../support/tables.ts';

const texts = sessionDenyTexts(priceBook, 'aws', '111122223333');
let tables: Tables;
let sessions: DynamoDbFencedSessions;
let role = 0;
beforeAll(async () => {
  tables = await startTables();
  sessions = new DynamoDbFencedSessions(documentClient(tables.client()), tables.budgets);
}, 60_000);
afterAll(() => tables.stop());

/** The inline policy of one role. Between a write and its answer others get their turn. */
class MemoryFence implements Fence {
  policy: PolicyText | undefined;
  writes = 0;
  /** Takes the place of the next write. */
  mishap: (() => void) | undefined;

  async read(): Promise<unknown> {
    return this.policy && JSON.parse(JSON.stringify(this.policy));
  }

  async write(_role: string, policy: PolicyText | undefined): Promise<void> {
    const { mishap } = this;
    this.mishap = undefined;
    mishap?.();
    await new Promise((resolve) => setTimeout(resolve, 5));
    this.writes += 1;
    this.policy = policy;
  }
}

function fenced(record: Partial<IamRecord> = {}, spares: FenceDeps['spares'] = () => false) {
  const name = `App${role++}`;
  const fence = new MemoryFence();
  const iam = { gone: false };
  const sleep = (milliseconds: number) => new Promise<void>((done) => setTimeout(done, milliseconds / 25));
  const arn = `arn:aws:iam::111122223333:role/${name}`;
  const is = { arn, path: '/', uniqueId: 'AROAEXAMPLEEXAMPLEEX1', tags: {}, ...record };
  const run = (session: string, level: EnforcedLevel, holder = `${session} ${level}`) =>
    fenceSession({ role: name, session }, level, {
      principals: {
        describe: async () => {
          if (iam.gone) throw new PrincipalGoneError(`There is no role ${name}.`);
          return is;
        },
      },
      fence,
      fenced: sessions,
      subjects: new DynamoDbSubjects(
        documentClient(tables.client()),
        { budgets: tables.budgets },
        () => new Date(),
        sleep,
      ),
      texts,
      spares,
      holder,
      sleep,
    });
  const wanted = (held: Readonly<Record<string, DenyLevel>>) =>
    fencePolicy(
      {
        roleId: is.uniqueId,
        roleArn: is.arn,
        sessions: Object.entries(held).map(([session, level]) => ({ session, level })),
      },
      texts,
    );
  const list = async () =>
    Object.fromEntries((await sessions.of(name)).map(({ session, level }) => [session, level]));
  return { name, fence, iam, is, run, wanted, list };
}
const hashOf = (policy: PolicyText | undefined) => policy && policyHash(policy);

describe('fencing sessions of a shared role', () => {
  it('ends with everyone in the fence who was put there at once, each by another hand', async () => {
    const { fence, run, wanted } = fenced();
    const names = ['ann@example.com', 'a=b,c.d-e+f_g', 'LEASE', 'SESSION#x'.replace('#', '='), 'bob'];
    await Promise.all(names.map((name, index) => run(name, index % 2 ? 'restricted' : 'suspended')));
    const held = Object.fromEntries(
      names.map((name, index) => [name, index % 2 ? 'restricted' : 'suspended'] as const),
    );
    expect(hashOf(fence.policy)).toBe(hashOf(wanted(held)));
    await Promise.all(names.slice(1).map((name) => run(name, 'none')));
    expect(hashOf(fence.policy)).toBe(hashOf(wanted({ 'ann@example.com': 'suspended' })));
    expect(await run('ann@example.com', 'none')).toBe(true);
    expect(fence.policy).toBeUndefined();
  });

  it('writes nothing where the fence is as it should be', async () => {
    const { fence, run } = fenced();
    expect(await run('ann', 'suspended')).toBe(true);
    expect(await run('ann', 'suspended')).toBe(false);
    expect(await run('bob', 'none')).toBe(false);
    expect(fence.writes).toBe(1);
  });

  it('catches up with a session whose function died between the list and the policy', async () => {
    const { fence, run, wanted } = fenced();
    fence.mishap = () => {
      throw new Error('Killed.');
    };
    await expect(run('ann', 'suspended')).rejects.toThrow('Killed.');
    expect(fence.policy).toBeUndefined();
    await run('bob', 'restricted');
    expect(hashOf(fence.policy)).toBe(hashOf(wanted({ ann: 'suspended', bob: 'restricted' })));
    fence.mishap = () => {
      throw new Error('Killed.');
    };
    await expect(run('bob', 'none')).rejects.toThrow('Killed.');
    await run('ann', 'suspended');
    expect(hashOf(fence.policy)).toBe(hashOf(wanted({ ann: 'suspended' })));
  });

  it('leaves everyone as they are where there is no room for one more', async () => {
    const { fence, run, list } = fenced();
    const noRoom = () => {
      throw new PolicyQuotaError('Maximum policy size exceeded.');
    };
    await run('ann', 'restricted');
    const before = fence.policy;
    fence.mishap = noRoom;
    await expect(run('bob', 'suspended')).rejects.toThrow(/no room to deny one more session/);
    fence.mishap = noRoom;
    await expect(run('ann', 'suspended')).rejects.toThrow(/no room/);
    expect(fence.policy).toBe(before);
    expect(await list()).toEqual({ ann: 'restricted' });
    // Whoever is let go has to be: that is tried again, not given up.
    await run('bob', 'restricted');
    fence.mishap = noRoom;
    await expect(run('bob', 'none')).rejects.toThrow(PolicyQuotaError);
    await run('bob', 'none');
    expect(hashOf(fence.policy)).toBe(hashOf(before));
  });

  it('does not even ask IAM where its own text would be too long', async () => {
    const { name, fence, run, list } = fenced();
    const many = Array.from({ length: 130 }, (_, index) => `person${index}@department.example.com`);
    for (const each of many) await sessions.set(name, each, 'suspended');
    await expect(run('one-more', 'suspended')).rejects.toThrow(/no room/);
    expect([fence.writes, Object.keys(await list()).length]).toEqual([0, 130]);
  });

  it.each<[string, Partial<IamRecord>, boolean]>([
    ['exempt by its tag', { tags: { bedrockbudgetexempt: 'true' } }, false],
    ['under the break-glass path', { path: '/break-glass/' }, false],
    ['break-glass by the settings', {}, true],
  ])('takes the whole fence off a role that became %s', async (_, record, byName) => {
    const it = fenced({}, () => byName && it.fence.writes > 1);
    await it.run('ann', 'suspended');
    await it.run('bob', 'suspended');
    Object.assign(it.is, record);
    await it.run('ann', 'none');
    expect(it.fence.policy).toBeUndefined();
  });

  it('forgets a session with its role, so that the next role of the name begins with nobody', async () => {
    const { iam, run, list } = fenced();
    await run('ann', 'suspended');
    iam.gone = true;
    await expect(run('ann', 'none')).rejects.toThrow(PrincipalGoneError);
    expect(await list()).toEqual({});
  });
});
