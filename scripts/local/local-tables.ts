import type { LocalAssembly } from './assembly/local-assembly.ts';

/** Names of the tables in the local account, by what they hold. */
export interface LocalTables {
  readonly budgets: string;
  readonly ledger: string;
  readonly alerts: string;
  readonly audit: string;
}

/** The functions' environment says which table is which. */
export function tablesOf({ functions }: LocalAssembly): LocalTables {
  const named = (variable: string) => {
    const name = functions
      .map(({ environment }) => environment[variable])
      .find((value) => value !== undefined);
    if (!name) throw new Error(`No function of the templates has ${variable} in its environment.`);
    return name;
  };
  return {
    budgets: named('BUDGETS_TABLE'),
    ledger: named('LEDGER_TABLE'),
    alerts: named('ALERTS_TABLE'),
    audit: named('AUDIT_TABLE'),
  };
}
