import { runBudgeteer } from './run-budgeteer.ts';

await runBudgeteer(async () => (await import('../lib/stages.ts')).stages);
