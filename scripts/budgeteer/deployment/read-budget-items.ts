import { readKnownSubjects } from '../../../lambda/adapters/dynamodb/known-subjects.ts';
import type { KnownSubject } from '../../../lambda/use-cases/ports/subjects.ts';
import type { Deployment } from './deployment.ts';

export type { KnownSubject };

/** Everyone in the deployment's table, with the balances of `windows` (all, where left out). It reads the whole table. */
export const readBudgetItems = (
  { client, tables }: Pick<Deployment, 'client' | 'tables'>,
  windows?: readonly string[],
): Promise<ReadonlyMap<string, KnownSubject>> =>
  readKnownSubjects(client, { table: tables.budgets, windows });
