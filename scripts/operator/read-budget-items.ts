import { paginateScan } from '@aws-sdk/lib-dynamodb';
import { sortKeys } from '../../lambda/adapters/dynamodb/keys.ts';
import type { BudgetSpec } from '../../lambda/contracts/settings.ts';
import { type Balance, noBalance } from '../../lambda/domain/control/crossings.ts';
import type { SubjectState } from '../../lambda/domain/control/state.ts';
import { calendarWindow } from '../../lambda/domain/windows.ts';
import type { Deployment } from './deployment.ts';

export interface KnownSubject {
  readonly subject: string;
  state?: SubjectState;
  /** Only where an operator set one. */
  operatorSpec?: BudgetSpec;
  /** Of a principal: the team that its IAM tag was seen to name. */
  taggedTeam?: string | undefined;
  /** Of a principal: the tier that its IAM tag was seen to name. */
  taggedTier?: string | undefined;
  /** By window; slots are summed. */
  readonly balances: Record<string, Balance>;
}

type Item = Readonly<Record<string, unknown>>;

const whole = (value: unknown) => BigInt((value as number | bigint | undefined) ?? 0);

/**
 * Everyone in the table, with the balances of `windows` (all, where left out). Reads the whole table, page by page: for an
 * operator's question now and then, never for a decision.
 */
export async function readBudgetItems(
  { client, tables }: Pick<Deployment, 'client' | 'tables'>,
  windows?: readonly string[],
): Promise<ReadonlyMap<string, KnownSubject>> {
  const found = new Map<string, KnownSubject>();
  const pages = paginateScan(
    { client },
    {
      TableName: tables.budgets,
      ConsistentRead: true,
      FilterExpression: 'sk IN (:state, :budget, :iam) OR begins_with(sk, :balance)',
      ExpressionAttributeValues: {
        ':state': sortKeys.state,
        ':budget': sortKeys.budget,
        ':iam': sortKeys.iam,
        ':balance': 'BAL#',
      },
    },
  );
  for await (const { Items = [] } of pages) for (const item of Items) add(found, item, windows);
  return found;
}

function add(found: Map<string, KnownSubject>, item: Item, windows: readonly string[] | undefined): void {
  const subject = String(item['pk']);
  const sk = String(item['sk']);
  const known = found.get(subject) ?? { subject, balances: {} };
  found.set(subject, known);
  if (sk === sortKeys.state) known.state = item['state'] as SubjectState;
  else if (sk === sortKeys.budget) known.operatorSpec = item['spec'] as BudgetSpec;
  else if (sk === sortKeys.iam) {
    known.taggedTeam = item['team'] as string | undefined;
    known.taggedTier = item['tier'] as string | undefined;
  } else {
    const window = sk.split('#')[1] ?? '';
    // Those of limits of some models belong to their window.
    if (windows !== undefined && !windows.includes(calendarWindow(window))) return;
    const before = known.balances[window] ?? noBalance;
    known.balances[window] = {
      spent: before.spent + whole(item['spent']),
      ceiling: before.ceiling + whole(item['ceiling']),
      requests: before.requests + Number(whole(item['requests'])),
    };
  }
}
