import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeBudget } from '../../../../../lambda/use-cases/budgets/set-budget.ts';
import { historyOf } from '../../../../../scripts/budgeteer/audit/history.ts';
import {
  getBudget,
  putBudget,
  setBudgetDeps,
  unsetBudget,
} from '../../../../../scripts/budgeteer/budgets/budget.ts';
import { applyBudgets } from '../../../../../scripts/budgeteer/budgets/file/apply-budgets.ts';
import { exportBudgets } from '../../../../../scripts/budgeteer/budgets/file/export-budgets.ts';
import { planBudgets } from '../../../../../scripts/budgeteer/budgets/file/plan-budgets.ts';
import type { Deployment } from '../../../../../scripts/budgeteer/deployment/deployment.ts';
import { statusOf } from '../../../../../scripts/budgeteer/status/status.ts';
import type { LocalStack } from '../../../../../scripts/local/stack.ts';
import { logLine } from '../../../local/support/log-line.ts';
import { startOperated } from '../../support/operator.ts';

jest.setTimeout(60_000);

const folder = mkdtempSync(join(tmpdir(), 'budgets-'));
const path = join(folder, 'budgets.yaml');
const reason = 'the review of November';
let stack: LocalStack;
let deployment: Deployment;

const write = (text: string) => writeFileSync(path, text);
const plan = async (options = {}) => (await planBudgets(path, options, deployment)).json;
const apply = async (options = {}) => (await applyBudgets(path, { reason, ...options }, deployment)).json;
const accessOf = async (subject: string) => (await statusOf(subject, deployment)).json.access;

beforeAll(async () => {
  ({ stack, deployment } = await startOperated());
}, 120_000);
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await stack?.stop();
});

describe('budgets as code', () => {
  it('are planned, applied with one audited change a subject, and applied again without any', async () => {
    write('user/alice:\n  monthUsd: 12.00\nuser/configured:\n  dayUsd: 3\n  monthUsd: 20\n');
    const { text, json } = await planBudgets(path, {}, deployment);
    expect(text).toContain('+ user/alice\n    monthUsd: 12.00\n');
    expect(text).toContain('2 to add, 0 to change, 0 to remove; 0 as the file says.');
    expect((await exportBudgets(deployment)).json).toEqual({});

    expect((await apply({ plan: json.id })).changes).toHaveLength(2);
    expect((await apply()).changes).toEqual([]);

    await stack.settle();
    const { json: history } = await historyOf('user/alice', deployment);
    expect(history.problems).toEqual([]);
    expect(history.changes.filter(({ action }) => action === 'set-budget')).toMatchObject([
      { actor: 'user/operator', reason, after: '{"monthUsd":"12.00"}' },
    ]);
  });

  it('change field by field, whatever way an amount is written', async () => {
    write('user/alice: {monthUsd: "12", dayUsd: 2}\nuser/configured: {dayUsd: 3.00, monthUsd: 21}\n');
    const { text } = await planBudgets(path, {}, deployment);
    expect(text).toContain('~ user/alice\n    dayUsd: 2\n~ user/configured\n    monthUsd: 20 → 21\n');
    expect(text).toContain('A limit that is new counts from the beginning of its window');
  });

  it('that the file does not name stay, unless they are to be pruned', async () => {
    write('user/alice: {monthUsd: 12}\n');
    expect(await plan()).toMatchObject({ changes: [], unchanged: 1, kept: ['user/configured'] });
    expect(await plan({ prune: true })).toMatchObject({
      changes: [{ subject: 'user/configured', change: 'remove', after: null }],
      kept: [],
    });
    await apply({ prune: true });
    expect((await getBudget('user/configured', deployment)).json).toMatchObject({
      source: 'configured',
      budget: { dayUsd: '2.00', monthUsd: '20.00' },
    });
  });

  it('as exported change nothing when they are applied', async () => {
    const { text, json } = await exportBudgets(deployment);
    expect(json).toEqual({ 'user/alice': { monthUsd: '12.00' } });
    expect(text).toBe('user/alice:\n  monthUsd: "12.00"\n');
    write(text);
    expect(await plan({ prune: true })).toMatchObject({ changes: [], unchanged: 1 });
    write(JSON.stringify(json));
    expect(await plan({ prune: true })).toMatchObject({ changes: [], unchanged: 1 });
  });

  it('are refused where someone set another one since the plan', async () => {
    write('user/alice: {monthUsd: 13}\n');
    const { id } = await plan();
    await putBudget('user/alice', { month: '99', reason: 'meanwhile' }, deployment);
    await expect(apply({ plan: id })).rejects.toThrow(`What would change is no longer plan ${id}`);

    const stale = { monthUsd: '12.00' };
    const by = { actor: 'user/operator', reason };
    const late = writeBudget('user/alice', { monthUsd: '13' }, by, setBudgetDeps(deployment), stale);
    await expect(late).rejects.toThrow(
      'user/alice got another budget since the changes were worked out (now {"monthUsd":"99"})',
    );
    expect((await exportBudgets(deployment)).json).toEqual({ 'user/alice': { monthUsd: '99' } });
  });

  it('need a reason', async () => {
    await expect(apply({ reason: ' ' })).rejects.toThrow('--reason is empty');
  });
});

describe('a pool', () => {
  const bob = (month: string) => putBudget('user/bob', { month, reason }, deployment);

  it('refuses a member more than it holds, and to shrink below what its members have', async () => {
    await expect(bob('100.01')).rejects.toThrow(
      "Members would have more of their own than their team's pool holds (team/ml: a month reserves $100.01 (user/bob $100.01) of a pool of $100.00): raise the pool or lower the members.",
    );
    await bob('100');
    await expect(putBudget('team/ml', { month: '60', reason }, deployment)).rejects.toThrow(
      'a month reserves $100.00 (user/bob $100.00) of a pool of $60.00',
    );
  });

  it('is held against all changes of a file together', async () => {
    write('user/bob: {monthUsd: 150}\n');
    await expect(plan()).rejects.toThrow('a month reserves $150.00');
    await expect(apply()).rejects.toThrow('a month reserves $150.00');
    write('user/bob: {monthUsd: 150}\nteam/ml: {monthUsd: 150}\n');
    expect((await apply()).changes).toHaveLength(2);
    await expect(unsetBudget('team/ml', { reason }, deployment)).rejects.toThrow('of a pool of $100.00');
  });

  it('of a team that nobody knows is refused', async () => {
    await expect(putBudget('team/mI', { month: '5', reason }, deployment)).rejects.toThrow(
      'team/mI is not known: the stage has no such team. Did you mean "team/ml"?',
    );
    write('team/mI: {monthUsd: 5}\n');
    await expect(plan()).rejects.toThrow('team/mI is no team');
  });
});

describe('unset', () => {
  it('returns to the configured budget, which suspends at once whoever is over it', async () => {
    await putBudget('user/carol', { day: '1.00', reason, force: true }, deployment);
    // 0.024 USD a call, of 0.10 USD a month by default.
    const lines = Array.from({ length: 5 }, (_, index) => logLine('carol', `carol-${index}`));
    await stack.deliver('cloudwatch', lines);
    await stack.settle();
    expect(await accessOf('user/carol')).toBe('active');

    const { json, text } = await unsetBudget('user/carol', { reason }, deployment);
    await stack.settle();

    expect(json).toMatchObject({
      changed: true,
      before: { source: 'operator' },
      after: { source: 'default', budget: { monthUsd: '0.10' } },
    });
    expect(text).toContain("The operator's budget was taken away by user/operator.");
    expect(await accessOf('user/carol')).toBe('suspended');
    const { json: history } = await historyOf('user/carol', deployment);
    expect(history.changes).toContainEqual(
      expect.objectContaining({ action: 'unset-budget', reason, after: 'as configured' }),
    );
    expect((await unsetBudget('user/carol', { reason }, deployment)).json).toMatchObject({ changed: false });
  });
});
