import { runBudgeteer } from '../run-budgeteer.ts';

await runBudgeteer();
