import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { setBudget } from '../../../../lambda/use-cases/budgets/set-budget.ts';
import { sendTestAlert } from '../../../../scripts/budgeteer/alerts/test-alert.ts';
import { verifyAudit } from '../../../../scripts/budgeteer/audit/audit-verify.ts';
import { historyOf } from '../../../../scripts/budgeteer/audit/history.ts';
import {
  getBudget,
  listBudgets,
  putBudget,
  setBudgetDeps,
} from '../../../../scripts/budgeteer/budgets/budget.ts';
import type { Deployment } from '../../../../scripts/budgeteer/deployment/deployment.ts';
import { verifyLedger } from '../../../../scripts/budgeteer/recovery/ledger-verify.ts';
import { statusOf, statusOfAll } from '../../../../scripts/budgeteer/status/status.ts';
import type { LocalStack } from '../../../../scripts/local/stack.ts';
import { logLine } from '../../local/support/log-line.ts';
import { startOperated } from '../support/operator.ts';

jest.setTimeout(60_000);

let stack: LocalStack;
let deployment: Deployment;
const calls = async (user: string, count: number) => {
  const lines = Array.from({ length: count }, (_, index) => logLine(user, `${user}-${index}`));
  await stack.deliver('cloudwatch', lines);
  await stack.settle();
};

beforeAll(async () => {
  ({ stack, deployment } = await startOperated());
  // 0.024 USD a call: alice is over 0.10 USD, bob at a quarter of it.
  await calls('alice', 5);
  await calls('bob', 1);
}, 120_000);
afterAll(() => stack?.stop());

describe('status', () => {
  it('says of one person what is left, who holds it, since when, until when and why', async () => {
    const { json, text, exitCode } = await statusOf('user/alice', deployment);
    expect(exitCode).toBe(0);
    expect(json).toMatchObject({
      access: 'suspended',
      causes: ['own'],
      holds: [{ level: 'suspended', since: '2026-11-22T12:00:00.000Z', until: '2026-12-01T00:00:00.000Z' }],
      windows: {
        'month:2026-11': {
          spentUsd: '0.120000000',
          limitUsd: '0.100000000',
          leftUsd: '0.000000000',
          requests: 5,
          endsAt: '2026-12-01T00:00:00.000Z',
        },
      },
    });
    expect(text).toContain('user/alice is suspended.');
    expect(text).toContain('until 2026-12-01 00:00 UTC (the end of month:2026-11)');
    expect(text).toContain('Nothing is left of month:2026-11; it starts anew at 2026-12-01 00:00 UTC.');
    expect(text).toContain('Works now: nothing, Amazon Bedrock refuses every call.');
  });

  it('knows people by their ARN, and says of a stranger how to find the right name', async () => {
    const { json } = await statusOf('arn:aws:iam::111122223333:user/bob', deployment);
    expect(json).toMatchObject({ subject: 'user/bob', access: 'active', team: 'team/ml' });
    await expect(statusOf('user/nobody', deployment)).rejects.toThrow('user/nobody was never seen');
    await expect(statusOf('nobody', deployment)).rejects.toThrow('"nobody" names nobody');
  });

  it('lists who is held, and with --all everyone, the nearest to a limit first', async () => {
    const held = await statusOfAll({ all: false }, deployment);
    expect(held.json.subjects.map(({ subject }) => subject)).toEqual(['user/alice']);
    expect(held.json.counts).toEqual({ suspended: 1, active: 1 });
    const everyone = await statusOfAll({ all: true }, deployment);
    expect(everyone.json.subjects.map(({ subject }) => subject)).toEqual([
      'user/alice',
      'user/bob',
      'team/ml',
    ]);
    expect(everyone.text).toContain('Principals: 1 active, 1 suspended.');
  });
});

describe('budget', () => {
  it('tells the definition in force and where it comes from', async () => {
    expect((await getBudget('user/bob', deployment)).json).toMatchObject({
      source: 'default',
      budget: { monthUsd: '0.10' },
    });
    const configured = await getBudget('user/configured', deployment);
    expect(configured.json).toMatchObject({
      source: 'configured',
      budget: { dayUsd: '2.00', monthUsd: '20.00' },
    });
    expect(configured.text).toContain(
      'user/configured: $2.00 a day, $20.00 a month, from the configuration.',
    );
    const list = await listBudgets(deployment);
    expect(list.json.map(({ subject }) => subject)).toEqual([
      'account',
      'team/ml',
      'user/configured',
      'everyone else',
    ]);
  });

  it('refuses what is no budget, with a sentence that names the field', async () => {
    const set = (options: object) => putBudget('user/alice', { reason: 'x', ...options }, deployment);
    await expect(set({})).rejects.toThrow('No limit is given');
    await expect(set({ month: 'a lot' })).rejects.toThrow(/monthUsd.*"a lot".*must be an amount in USD/);
    await expect(set({ month: '5', reason: ' ' })).rejects.toThrow('--reason is empty');
    await expect(set({ month: '5', thresholds: '/no/such/file' })).rejects.toThrow(
      '/no/such/file cannot be read',
    );
  });

  it('raised by an operator restores whoever it suspended, in the name of the operator', async () => {
    const thresholds = join(tmpdir(), `thresholds-${process.pid}.json`);
    writeFileSync(thresholds, JSON.stringify([{ at: '100%', do: ['notify', 'suspend'] }]));
    const answer = await putBudget(
      'user/alice',
      { month: '1.00', thresholds, reason: 'month-end close' },
      deployment,
    );
    expect(answer.json).toMatchObject({
      actor: 'user/operator',
      source: 'operator',
      before: { source: 'default' },
    });
    await stack.settle();
    expect((await statusOf('user/alice', deployment)).json).toMatchObject({ access: 'active', holds: [] });
    const { json, text } = await historyOf('user/alice', deployment);
    expect(json.problems).toEqual([]);
    expect(json.changes.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['provision', 'set-budget', 'enforce-suspended', 'enforce-none']),
    );
    expect(text).toContain('got another budget, by user/operator. month-end close.');
  });
});

describe('test-alert', () => {
  it('goes through the real topics, is marked as a test, and says that nobody listens', async () => {
    const before = (await stack.messages()).length;
    const plain = await sendTestAlert({ critical: false }, deployment);
    const critical = await sendTestAlert({ critical: true }, deployment);
    expect((await stack.messages()).slice(before)).toMatchObject([
      { topic: 'budget-alerts', subject: 'TEST - Bedrock budget alert of stage local' },
      { topic: 'critical', body: expect.stringContaining('this message is no alert') },
    ]);
    expect([plain.exitCode, critical.exitCode]).toEqual([1, 1]);
    expect(plain.text).toContain('Nobody gets it: no subscription is confirmed');
  });
});

describe('verification', () => {
  it('finds nothing where nothing is wrong', async () => {
    expect(await verifyAudit(undefined, deployment)).toMatchObject({ json: { findings: [] }, exitCode: 0 });
    expect(await verifyLedger(deployment)).toMatchObject({
      json: { requests: 6, aged: 0, findings: [] },
      exitCode: 0,
    });
  });

  it('finds a balance that someone changed, to the nano-dollar', async () => {
    const Key = { pk: 'user/bob', sk: 'BAL#month:2026-11#0' };
    const add = (amount: number) =>
      stack.client.send(
        new UpdateCommand({
          TableName: stack.tables.budgets,
          Key,
          UpdateExpression: 'ADD spent :amount',
          ExpressionAttributeValues: { ':amount': amount },
        }),
      );
    await add(-1);
    const { json, exitCode } = await verifyLedger(deployment);
    expect(exitCode).toBe(1);
    expect(json.findings).toEqual([
      "user/bob month:2026-11: the balance's priced spend is 0.023999999 USD, the ledger's items add up to 0.024000000 USD.",
    ]);
    await add(1);
  });

  it('finds a changed entry, a cut-off end and a chain of a subject that has gone', async () => {
    const TableName = stack.tables.audit;
    const later = { ...deployment, clock: () => new Date('2026-11-22T13:00:00Z') };
    expect((await verifyAudit('user/alice', later)).exitCode).toBe(0);
    const forged = {
      subject: 'user/gone',
      version: 1,
      change: {},
      previousHash: '0'.repeat(64),
      hash: 'forged',
    };
    await stack.client.send(
      new PutCommand({ TableName, Item: { pk: 'user/gone', sk: '000000000001', entry: forged } }),
    );
    // The chain's newest entry is taken away; the state stays, so that nothing wakes the audit function meanwhile.
    const { Items: [newest] = [] } = await stack.client.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'pk = :subject',
        ExpressionAttributeValues: { ':subject': 'user/alice' },
        ScanIndexForward: false,
        Limit: 1,
      }),
    );
    const version = Number(newest?.['sk']);
    await stack.client.send(new DeleteCommand({ TableName, Key: { pk: 'user/alice', sk: newest?.['sk'] } }));
    const { json, exitCode } = await verifyAudit(undefined, later);
    expect(exitCode).toBe(1);
    expect(json.findings).toEqual([
      'user/gone: entry 1 was changed.',
      `user/alice: the chain ends at entry ${version - 1}, but the state is at version ${version}.`,
    ]);
  });
});

// Last, because it makes somebody whom the others would count.
describe('how much is left', () => {
  it('answers how much is left, how long it lasts and what works, limits of single models included', async () => {
    const models = { 'amazon.*': { monthUsd: '7.00' } };
    const spec = { monthUsd: '9.00', dayUsd: '3.00', models };
    await setBudget('user/dora', spec, { actor: 'user/ops', reason: 'test' }, setBudgetDeps(deployment));
    const at = (day: number) => `2026-11-${String(day).padStart(2, '0')}T12:00:00Z`;
    const call = (day: number) =>
      JSON.stringify({ ...JSON.parse(logLine('dora', `dora-${day}`)), timestamp: at(day) });
    await stack.deliver('cloudwatch', [15, 16, 17, 18, 19, 20, 21, 22].map(call));
    await stack.settle();
    const { json, text } = await statusOf('user/dora', deployment);
    // 0.024 USD a day for eight days, and as much for the nine to come.
    expect(json.forecast).toMatchObject({
      window: 'month:2026-11',
      limitUsd: '9.000000000',
      runsOutAt: undefined,
    });
    expect(Number(json.forecast?.projectedUsd)).toBeCloseTo(0.024 * 16.5, 1);
    expect(Object.keys(json.windows)).toEqual([
      ...['day:2026-11-22', 'month:2026-11', 'month:2026-11@amazon.*'],
    ]);
    expect(json.windows['month:2026-11@amazon.*']).toMatchObject({ requests: 8, spentUsd: '0.192000000' });
    expect(json.catchingUp).toEqual([]);
    expect(text).toContain(
      '$2.98 of $3.00 are left of day:2026-11-22; it starts anew at 2026-11-23 00:00 UTC.',
    );
    expect(text).toContain(
      'As the last days went, month:2026-11 is not used up before it ends (by its end $0.',
    );
    const all = (await statusOfAll({ all: true }, deployment)).json.subjects;
    const { windows } = all.find(({ subject }) => subject === 'user/dora') ?? {};
    expect(windows?.['month:2026-11@amazon.*']).toMatchObject({ requests: 8 });
  });

  it('counts in a limit that is set now what was called since its window began', async () => {
    const models = { 'amazon.nova-pro-v1:0': { weekUsd: '7.00' } };
    const spec = { monthUsd: '9.00', weekUsd: '8.00', models };
    await setBudget('user/dora', spec, { actor: 'user/ops', reason: 'test' }, setBudgetDeps(deployment));
    expect((await statusOf('user/dora', deployment)).json.windows['week:2026-W47']?.requests).toBe(0);
    await stack.settle();
    const { json } = await statusOf('user/dora', deployment);
    // From Monday, the 16th, to Sunday, the 22nd.
    expect(json.windows['week:2026-W47']).toMatchObject({ requests: 7, spentUsd: '0.168000000' });
    expect(json.windows['week:2026-W47@amazon.nova-pro-v1:0']).toMatchObject({ requests: 7 });
    expect(json.catchingUp).toEqual([]);
    expect(await verifyLedger(deployment)).toMatchObject({ json: { findings: [] }, exitCode: 0 });
    expect(stack.refusals()).toEqual([]);
  });
});
