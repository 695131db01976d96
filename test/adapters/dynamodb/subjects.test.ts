import { DynamoDbAlertDeliveries } from '../../../lambda/adapters/dynamodb/alert-deliveries.ts';
import { DynamoDbAuditLog } from '../../../lambda/adapters/dynamodb/audit-log.ts';
import { documentClient } from '../../../lambda/adapters/dynamodb/client.ts';
import { DynamoDbSubjects } from '../../../lambda/adapters/dynamodb/subjects.ts';
import { chainEntry, checkChain } from '../../../lambda/domain/audit-chain.ts';
import type { Alert } from '../../../lambda/domain/control/alert.ts';
import { changed, firstState } from '../../../lambda/domain/control/state.ts';
import { recordChange } from '../../../lambda/use-cases/audit/record-change.ts';
import { type DueItem, VersionConflictError } from '../../../lambda/use-cases/ports/subjects.ts';
import { startTables, type Tables } from '../../support/tables.ts';

let tables: Tables;
let now = new Date('2026-11-22T12:00:00Z');
beforeAll(async () => {
  tables = await startTables();
}, 60_000);
afterAll(() => tables.stop());

const at = '2026-11-22T12:00:00.000Z';
const change = { at, action: 'test', actor: 'test', reason: 'test', before: 'active', after: 'active' };
const subjects = () =>
  new DynamoDbSubjects(
    documentClient(tables.client()),
    tables,
    () => now,
    async () => {},
  );
const alert = (subject: string, id: string): Alert => ({
  subject,
  window: 'month:2026-11',
  id,
  kind: 'threshold',
  severity: 'info',
  publish: true,
  together: [id],
  spent: 9_007_199_254_740_993n,
  limit: 10n,
  at,
  enforcing: true,
});

describe('a subject', () => {
  it('is provisioned once, and changed only from the version that was read', async () => {
    const store = subjects();
    await store.provision('user/one', firstState(at, 'test'));
    const first = await store.state('user/one');
    await store.commit({
      subject: 'user/one',
      expectedVersion: 1,
      state: changed(firstState(at, ''), { counter: 7 }, change),
    });
    await store.provision('user/one', firstState(at, 'again'));
    expect(first?.version).toBe(1);
    expect(await store.state('user/one')).toMatchObject({ version: 2, counter: 7 });
    await expect(
      store.commit({
        subject: 'user/one',
        expectedVersion: 1,
        state: firstState(at, 'stale'),
        evaluate: true,
      }),
    ).rejects.toThrow(VersionConflictError);
  });

  it('gets an alert once: one that exists does not keep the decision from being written', async () => {
    const store = subjects();
    await store.provision('user/two', firstState(at, 'test'));
    const commit = (version: number, ids: string[]) =>
      store.commit({
        subject: 'user/two',
        expectedVersion: version,
        state: { ...firstState(at, 'test'), version: version + 1 },
        alerts: ids.map((id) => alert('user/two', id)),
      });
    await commit(1, ['50%']);
    const deliveries = new DynamoDbAlertDeliveries(documentClient(tables.client()), tables.alerts);
    const of = (id: string) => ({ subject: 'user/two', sortKey: `month:2026-11#${id}` });
    await deliveries.confirm(of('50%'), 'topic', now);
    await commit(2, ['50%', '80%']);
    expect(await deliveries.claim(of('50%'), 'topic', 'again')).toEqual({ kind: 'done' });
    expect(await deliveries.claim(of('80%'), 'topic', 'first')).toEqual({ kind: 'open', tries: 1 });
    expect((await store.state('user/two'))?.version).toBe(3);
  });

  it('is due for the sweep when its time has come, and its unacknowledged actions a minute after they were decided', async () => {
    const store = subjects();
    await store.provision('user/three', firstState(at, 'test'));
    const item = { subject: 'user/three', id: '000000000002#0', action: { type: 'enforce' as const } };
    await store.commit({
      subject: 'user/three',
      expectedVersion: 1,
      state: { ...firstState(at, ''), version: 2 },
      outbox: [item],
    });
    await store.setDue('user/three', new Date('2026-11-22T12:00:30Z'));
    const later = async (seconds: number) => {
      const found: DueItem[] = [];
      for await (const items of store.due(new Date(now.getTime() + seconds * 1000))) found.push(...items);
      return found.filter(({ subject }) => subject === 'user/three');
    };
    expect(await later(29)).toEqual([]);
    expect(await later(30)).toEqual([{ kind: 'evaluate', subject: 'user/three' }]);
    expect(await later(60)).toContainEqual({ kind: 'outbox', ...item });
    await store.acknowledge(item);
    await store.setDue('user/three', undefined);
    expect(await later(60)).toEqual([{ kind: 'evaluate', subject: 'user/three' }]);
    now = new Date(now.getTime() + 30_000);
    await store.setDue('user/three', undefined);
    expect(await later(60)).toEqual([]);
  });

  it('is due at once where a commit asks for its evaluation, and stays so for whoever had read it before', async () => {
    const store = subjects();
    await store.provision('user/asked', firstState(at, 'test'));
    await store.setDue('user/asked', new Date('2026-11-23T12:00:00Z'));
    const state = { ...firstState(at, ''), version: 2 };
    await store.commit({ subject: 'user/asked', expectedVersion: 1, state, evaluate: true });
    const isDue = async () => {
      const found: DueItem[] = [];
      for await (const items of store.due(now)) found.push(...items);
      return found.some(({ subject }) => subject === 'user/asked');
    };
    expect(await isDue()).toBe(true);
    await store.setDue('user/asked', undefined, { at: now, version: 1 });
    await store.setDue('user/asked', new Date('2026-11-23T12:00:00Z'), { at: now, version: 1 });
    expect(await isDue()).toBe(true);
    await store.setDue('user/asked', undefined, { at: now, version: 2 });
    expect(await isDue()).toBe(false);
    await store.requestEvaluation('user/asked');
    expect(await isDue()).toBe(true);
  });

  it('has one enforcer at a time, and a crashed one is outlived', async () => {
    const store = subjects();
    let release = () => {};
    const first = store.lease(
      'user/four',
      'first',
      () =>
        new Promise<void>((resolve) => {
          release = resolve;
        }),
    );
    await new Promise((resolve) => setTimeout(resolve, 100));
    await expect(store.lease('user/four', 'second', async () => 'done')).rejects.toMatchObject({
      name: 'LeaseHeldError',
    });
    now = new Date(now.getTime() + 121_000);
    expect(await store.lease('user/four', 'second', async () => 'done')).toBe('done');
    release();
    await first;
  });
});

describe('the audit log', () => {
  it('takes each version once, in a chain that shows any change', async () => {
    const log = new DynamoDbAuditLog(documentClient(tables.client()), tables.audit);
    for (const version of [1, 2, 2, 1, 3]) {
      await recordChange(
        'user/five',
        { version, lastChange: { ...change, reason: `change ${version}` } },
        log,
      );
    }
    const head = await log.head('user/five');
    expect(head?.version).toBe(3);
    expect(await log.insert(chainEntry('user/five', 3, change, undefined))).toBe(false);
    const first = chainEntry('user/five', 1, { ...change, reason: 'change 1' }, undefined);
    const second = chainEntry('user/five', 2, { ...change, reason: 'change 2' }, first);
    const third = chainEntry('user/five', 3, { ...change, reason: 'change 3' }, second);
    expect(head).toEqual(third);
    expect(checkChain([first, second, third])).toEqual([]);
    expect(
      checkChain([first, { ...second, change: { ...second.change, reason: 'forged' } }, third]),
    ).toHaveLength(1);
    expect(checkChain([first, third])).toHaveLength(2);
  });

  it('reports a version that it never saw', async () => {
    const log = new DynamoDbAuditLog(documentClient(tables.client()), tables.audit);
    await recordChange('user/six', { version: 1, lastChange: change }, log);
    expect(await recordChange('user/six', { version: 4, lastChange: change }, log)).toEqual({
      recorded: true,
      missing: 2,
      older: false,
    });
  });

  it('goes on after a restored backup: each change once, in a chain that links, whatever its version', async () => {
    const log = new DynamoDbAuditLog(documentClient(tables.client()), tables.audit);
    const at = (version: number, reason: string) => ({ version, lastChange: { ...change, reason } });
    const add = (version: number, reason: string) => recordChange('user/seven', at(version, reason), log);
    for (const version of [1, 2, 3, 4, 5]) await add(version, `before ${version}`);
    // Version 2 came back from a backup; its next changes are other ones than those that were recorded.
    expect(await add(3, 'after 3')).toEqual({ recorded: true, missing: 0, older: true });
    expect(await add(3, 'after 3')).toEqual({ recorded: false, missing: 0, older: false });
    expect(await add(2, 'before 2')).toEqual({ recorded: false, missing: 0, older: false });
    for (const version of [4, 5, 6, 7]) {
      expect(await add(version, `after ${version}`)).toEqual({ recorded: true, missing: 0, older: false });
      expect(await add(version, `after ${version}`)).toMatchObject({ recorded: false });
    }
    const chain = await log.entriesFrom('user/seven', 1);
    expect(checkChain(chain)).toEqual([]);
    expect(chain.map(({ change: { reason } }) => reason)).toEqual([
      ...[1, 2, 3, 4, 5].map((version) => `before ${version}`),
      ...[3, 4, 5, 6, 7].map((version) => `after ${version}`),
    ]);
  });
});
