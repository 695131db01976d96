import { readFileSync } from 'node:fs';
import { type AttributeValue, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { alertOf } from '../../../lambda/adapters/dynamodb/alert-items.ts';
import { DynamoDbAuditLog } from '../../../lambda/adapters/dynamodb/audit-log.ts';
import { DynamoDbCatchUpJobs } from '../../../lambda/adapters/dynamodb/catch-up-jobs.ts';
import { documentClient } from '../../../lambda/adapters/dynamodb/client.ts';
import { DynamoDbEvidenceRecords } from '../../../lambda/adapters/dynamodb/evidence-records.ts';
import { DynamoDbLedger } from '../../../lambda/adapters/dynamodb/ledger.ts';
import { DynamoDbPostedSpans } from '../../../lambda/adapters/dynamodb/posted-spans.ts';
import { DynamoDbPriceListChecks } from '../../../lambda/adapters/dynamodb/price-list-checks.ts';
import { DynamoDbSubjects } from '../../../lambda/adapters/dynamodb/subjects.ts';
import { chainEntry, checkChain } from '../../../lambda/domain/audit-chain.ts';
import { accessOf } from '../../../lambda/domain/control/access.ts';
import type { Alert } from '../../../lambda/domain/control/alert.ts';
import type { SubjectState } from '../../../lambda/domain/control/state.ts';
import { samplePace } from '../../../lambda/domain/pace/pace.ts';
import type { BudgetSpec } from '../../../lambda/domain/settings.ts';
import { entry } from '../../support/entries.ts';
import { startTables, type Tables } from '../../support/tables.ts';

type Raw = Readonly<Record<string, AttributeValue>>;
type StoredItems = Readonly<Record<'budgets' | 'ledger' | 'alerts' | 'audit', readonly Raw[]>>;

/** What version 2 stored. These files are never changed: a later release must read them. */
const stored = JSON.parse(readFileSync('test/adapters/dynamodb/stored-items/state-2.json', 'utf8'));
const file = 'test/adapters/dynamodb/stored-items/items-2.json';

const subject = 'user/held';
const month = 'month:2026-11';
const now = new Date('2026-11-22T12:00:00Z');
const at = now.toISOString();
const sleep = async () => {};
const alert: Alert = {
  ...{ subject, window: month, id: '80%', kind: 'threshold', severity: 'warning', publish: true },
  ...{ together: ['80%'], spent: 9_007_199_254_740_993n, limit: 10n, at, enforcing: true },
};
const spec: BudgetSpec = { monthUsd: '5.00' };
const pace = samplePace(undefined, { now, window: month, spentNow: 84_000n, requestsNow: 1 });
const evidence = {
  ...{ provenThrough: { 'us-east-1': at }, disproved: 1, disprovedCost: 2n, corrected: 3, conflicts: 4 },
};
const check = { at, reported: 'a', confirmed: { b: '2026-11-22' } };
const audited = chainEntry(subject, 1, stored.state.lastChange, undefined);
const posted = entry({
  ...{ principal: subject, requestId: 'r-1', timestamp: '2036-11-22T12:00:00Z' },
  key: { pk: `111122223333#${subject}#2036-11-22#0`, sk: '2036-11-22T12:00:00Z#us-east-1#r-1' },
});
const catchUp = { names: [month], since: now };

const started: Tables[] = [];
const open = async () => {
  const tables = await startTables();
  started.push(tables);
  return tables;
};
afterAll(() => Promise.all(started.map((tables) => tables.stop())));

const document = (tables: Tables) => documentClient(tables.client());
const subjectsIn = (tables: Tables) => new DynamoDbSubjects(document(tables), tables, () => now, sleep);
const tableNames = ['budgets', 'ledger', 'alerts', 'audit'] as const;

async function writeAll(tables: Tables): Promise<void> {
  const client = document(tables);
  const subjects = subjectsIn(tables);
  await subjects.provision(subject, stored.state);
  const state: SubjectState = { ...stored.state, version: 2 };
  const outbox = [{ subject, id: 'o-1', action: { type: 'alert' as const, alert } }];
  await subjects.commit({ ...{ subject, expectedVersion: 1, state }, spec, outbox, catchUp });
  await subjects.setDue(subject, now);
  await subjects.keepPace(subject, { pace, before: undefined });
  await subjects.raise(alert);
  await new DynamoDbLedger(client, tables, { ledgerDays: 400 }, sleep, () => now).post([posted]);
  await new DynamoDbAuditLog(client, tables.audit).insert(audited);
  await new DynamoDbEvidenceRecords(client, tables.budgets).save(evidence, undefined);
  await new DynamoDbPriceListChecks(client, tables.budgets).save(check);
}

async function itemsOf(tables: Tables): Promise<StoredItems> {
  const read = async (name: (typeof tableNames)[number]) => {
    const { Items = [] } = await tables.client().send(new ScanCommand({ TableName: tables[name] }));
    const key = ({ pk, sk }: Raw) => `${pk?.S} ${sk?.S}`;
    return [name, Items.sort((a, b) => (key(a) < key(b) ? -1 : 1))] as const;
  };
  return Object.fromEntries(await Promise.all(tableNames.map(read))) as unknown as StoredItems;
}

/** The stored items in tables of their own, each changed as told. */
async function storedTables(change: (item: Raw) => Raw): Promise<Tables> {
  const tables = await open();
  const items: StoredItems = JSON.parse(readFileSync(file, 'utf8'));
  for (const name of tableNames)
    for (const item of items[name])
      await tables.client().send(new PutItemCommand({ TableName: tables[name], Item: change(item) }));
  return tables;
}

const day = (iso: string) => new Date(iso);
async function all<T>(pages: AsyncIterable<readonly T[]>): Promise<readonly T[]> {
  const found: T[] = [];
  for await (const page of pages) found.push(...page);
  return found;
}

const readers = {
  load: async (tables) => {
    const {
      state,
      operatorSpec,
      balances,
      pace: kept,
      dueAt,
    } = await subjectsIn(tables).load(subject, ['month:2026-11']);
    return [state?.version, operatorSpec, balances[month]?.spent, kept, dueAt];
  },
  definitions: async (tables) => (await subjectsIn(tables).definitions([subject])).get(subject),
  due: async (tables) => (await all(subjectsIn(tables).due(day('2026-11-23T00:00:00Z')))).length,
  catchUp: async (tables) =>
    (await all(new DynamoDbCatchUpJobs(document(tables), tables.budgets).due(now)))[0]?.names,
  ledger: async (tables) => {
    const spans = new DynamoDbPostedSpans(document(tables), tables.ledger, '111122223333');
    const found = await spans.of(
      [subject],
      'us-east-1',
      day('2036-11-22T00:00:00Z'),
      day('2036-11-22T23:00:00Z'),
    );
    return found.map(({ requestId, charge }) => [requestId, charge.cost]);
  },
  alert: async (tables) => {
    const { alerts } = await itemsOf(tables);
    return alertOf(unmarshall(alerts[0] ?? {}, { wrapNumbers: true }));
  },
  audit: async (tables) => {
    const head = await new DynamoDbAuditLog(document(tables), tables.audit).head(subject);
    return head && checkChain([head]);
  },
  proofs: (tables) => new DynamoDbEvidenceRecords(document(tables), tables.budgets).load(),
  prices: (tables) => new DynamoDbPriceListChecks(document(tables), tables.budgets).last(),
} satisfies Readonly<Record<string, (tables: Tables) => Promise<unknown>>>;

describe('stored items', () => {
  it('are written as version 2 was, each with its version', async () => {
    const tables = await open();
    await writeAll(tables);
    const items = await itemsOf(tables);
    expect(items).toEqual(JSON.parse(readFileSync(file, 'utf8')));
    const unversioned = Object.values(items).flatMap((some) => some.filter(({ v }) => v?.N !== '2'));
    expect(unversioned).toEqual([]);
  });

  it('of version 2 are read', async () => {
    const tables = await storedTables((item) => item);
    const read = await Promise.all(Object.values(readers).map((reader) => reader(tables)));
    expect(read).toEqual([
      [2, spec, 84_000n, pace, now],
      spec,
      2,
      [month],
      [['r-1', 84_000n]],
      alert,
      [],
      evidence,
      check,
    ]);
  });

  describe.each([
    ['state', 'STATE', 'load'],
    ['budget', 'BUDGET', 'load'],
    ['budget', 'BUDGET', 'definitions'],
    ['balance', 'BAL#', 'load'],
    ['pace', 'PACE', 'load'],
    ['due time', 'DUE', 'load'],
    ['outbox item', 'OUTBOX#', 'due'],
    ['catch-up', 'CATCHUP#', 'catchUp'],
    ['ledger item', '2036', 'ledger'],
    ['alert', month, 'alert'],
    ['audit entry', '0000', 'audit'],
    ['record of proofs', 'EVIDENCE', 'proofs'],
    ['record of price checks', 'PRICES', 'prices'],
  ] as const)('a %s', (kind, prefix, reader) => {
    it.each<[string, Raw, string]>([
      ['an older', {}, 'has no schema version'],
      ['a newer', { v: { N: '3' } }, 'has schema version 3'],
    ])('of %s version is refused in one sentence', async (_, version, words) => {
      const tables = await storedTables(({ v, ...item }) => ({
        ...item,
        ...(item['sk']?.S?.startsWith(prefix) ? version : { v: v as AttributeValue }),
      }));
      const sentence = `^The stored ${kind} of \\S+ ${words}, and this release reads version 2 only\\.$`;
      await expect(readers[reader](tables)).rejects.toThrow(new RegExp(sentence));
    });
  });

  it('keep the version that another release gave them', async () => {
    const tables = await storedTables((item) => ({ ...item, v: { N: '3' } }));
    const again = entry({ principal: subject });
    await new DynamoDbLedger(document(tables), tables, { ledgerDays: 400 }, sleep, () => now).post([again]);
    await expect(subjectsIn(tables).load(subject, [month])).rejects.toThrow('schema version 3');
  });
});

describe('a stored state', () => {
  it('of version 2 is read, with no-premium as an access of its own', async () => {
    const tables = await open();
    await document(tables).send(new PutCommand({ TableName: tables.budgets, Item: stored }));
    const state = await subjectsIn(tables).state(stored.pk);
    expect(state).toEqual(stored.state);
    expect(state && accessOf(state)).toBe('no-premium');
  });
});
